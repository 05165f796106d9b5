/* The system log (syslog.h): each host's is HOST/var/log/syslog in the run's output, a line per
 * message as a daemon of RFC 3164 writes it. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "calls/complain.h"
#include "process/hidden.h"
#include "time/clock.h"

struct settings {
  const char* ident; /* the program's own string: libc keeps the pointer, too */
  int options;
  int unwanted; /* the complement of setlogmask's */
};

static struct settings* settings(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct settings));
}

void simterpose_openlog(const char* ident, int options, int facility) {
  struct settings* s = settings();
  if (ident)
    s->ident = ident;
  s->options = options;
  (void)facility; /* only a daemon that sorts messages would ask */
}

void simterpose_closelog(void) { settings()->ident = NULL; }

int simterpose_setlogmask(int mask) {
  struct settings* s = settings();
  const int before = ~s->unwanted & 0xff;
  if (mask != 0)
    s->unwanted = ~mask;
  return before;
}

/* ---- the host's file ---- */

static int open_log(struct stp_host* host) {
  const int root = stp_host_directory_fd(host);
  mkdirat(root, "var", 0755);
  mkdirat(root, "var/log", 0755);
  return openat(root, "var/log/syslog", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

static void append(const char* line, size_t size) {
  const int saved = errno;
  const int log = open_log(stp_me->host);
  if (log < 0 || write(log, line, size) != (ssize_t)size)
    stp_warn("cannot write the system log: %s", strerror(errno));
  if (log >= 0)
    close(log);
  errno = saved;
}

/* "Jan  1 00:00:00 " */
static void print_date(FILE* line) {
  const struct timespec now = stp_date_to_timespec(stp_now(), CLOCK_REALTIME);
  struct tm date;
  char text[32];
  gmtime_r(&now.tv_sec, &date);
  strftime(text, sizeof text, "%b %e %H:%M:%S ", &date);
  fputs(text, line);
}

/* "ident[pid]: " */
static void print_ident(FILE* line, const struct settings* s) {
  const char* ident = s->ident ? s->ident : stp_program_name();
  fputs(ident, line);
  if (s->options & LOG_PID)
    fprintf(line, "[%d]", stp_me->pid);
  fputs(": ", line);
}

void simterpose_vsyslog(int priority, const char* format, va_list arguments) {
  const struct settings* s = settings();
  if ((s->unwanted & LOG_MASK(LOG_PRI(priority))) != 0)
    return;
  const int saved = errno; /* for %m */
  char* text;
  size_t size;
  FILE* line = open_memstream(&text, &size);
  if (!line)
    stp_fatal("out of memory");
  print_date(line);
  fprintf(line, "%s ", stp_host_node_name(stp_me->host));
  fflush(line);
  const size_t ident = size;
  print_ident(line, s);
  errno = saved;
  vfprintf(line, format, arguments);
  fflush(line);
  if (text[size - 1] != '\n')
    fputc('\n', line);
  fclose(line);
  append(text, size);
  if (s->options & LOG_PERROR)
    stp_complain("%s", text + ident);
  free(text);
  errno = saved;
}

void simterpose_syslog(int priority, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  simterpose_vsyslog(priority, format, arguments);
  va_end(arguments);
}

void simterpose___syslog_chk(int priority, int flag, const char* format, ...) {
  (void)flag;
  va_list arguments;
  va_start(arguments, format);
  simterpose_vsyslog(priority, format, arguments);
  va_end(arguments);
}

void simterpose___vsyslog_chk(int priority, int flag, const char* format, va_list arguments) {
  (void)flag;
  simterpose_vsyslog(priority, format, arguments);
}
