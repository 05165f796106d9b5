/* Output sinks. Files are opened when first written to, and at most OPEN_SINKS of them are open at
 * a time: 10,000 processes must not use up the real descriptors. Terminal lines are gathered and
 * written in big chunks. */
#include "file/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utlist.h>

#include "engine/engine.h"
#include "file/description.h"
#include "process/process.h"
#include "time/clock.h"
#include "trace/events.h"
#include "trace/log.h"

enum {
  OPEN_SINKS = 256,
  LONGEST_LINE = 64 << 10, /* a longer one appears in pieces */
  CHUNK = 64 << 10,        /* of the terminal */
};

struct sink {
  struct stp_file file;
  const struct stp_host* host;
  char* path;
  bool error;   /* standard error */
  bool created; /* by this run: append when opening again */
  int real;     /* descriptor, -1 while closed */
  char* line;   /* begun and not complete */
  size_t line_size, line_capacity;
  struct sink *prev, *next; /* while open, least recently used first */
};

/* ---- the terminal ---- */

static struct terminal {
  int descriptor;
  size_t used;
  char text[CHUNK];
} terminals[2] = {{.descriptor = STDOUT_FILENO}, {.descriptor = STDERR_FILENO}};

enum stp_colour stp_output_colour;
void (*stp_output_before)(void);

static int write_all(int descriptor, const char* text, size_t size) {
  while (size > 0) {
    const ssize_t written = write(descriptor, text, size);
    if (written < 0 && errno == EAGAIN)
      poll(&(struct pollfd){descriptor, POLLOUT, 0}, 1, -1);
    else if (written < 0 && errno != EINTR)
      return -errno;
    if (written > 0) {
      text += written;
      size -= (size_t)written;
    }
  }
  return 0;
}

static void terminal_flush(struct terminal* terminal) {
  const size_t used = terminal->used;
  terminal->used = 0;
  if (stp_output_before != NULL)
    stp_output_before();
  if (used > 0)
    write_all(terminal->descriptor, terminal->text, used); /* a closed terminal is no error */
}

static void terminal_put(struct terminal* terminal, const char* text, size_t size) {
  if (size == 0)
    return;
  if (terminal->used + size > sizeof terminal->text)
    terminal_flush(terminal);
  if (size > sizeof terminal->text) {
    write_all(terminal->descriptor, text, size);
    return;
  }
  memcpy(terminal->text + terminal->used, text, size);
  terminal->used += size;
}

void stp_output_flush(void) {
  const int error = errno;
  terminal_flush(&terminals[0]);
  terminal_flush(&terminals[1]);
  errno = error;
}

/* Whether lines should appear at once: somebody watches. */
static bool watched(void) {
  static int answer = -1;
  if (answer < 0)
    answer = isatty(STDOUT_FILENO) || isatty(STDERR_FILENO);
  return answer;
}

/* ---- colours ---- */

static bool coloured(const struct terminal* terminal) {
  static bool known[2], answer[2];
  const bool error = terminal->descriptor == STDERR_FILENO;
  if (!known[error]) {
    const char *const refused = getenv("NO_COLOR"), *const kind = getenv("TERM");
    const bool can = isatty(terminal->descriptor) && !(refused && *refused) &&
                     !(kind && strcmp(kind, "dumb") == 0);
    answer[error] =
        stp_output_colour == STP_COLOUR_ALWAYS || (stp_output_colour == STP_COLOUR_AUTO && can);
    known[error] = true;
  }
  return answer[error];
}

/* Of hosts, in their order; red is for the standard error. */
static int colour_of(const struct stp_host* host) {
  static const int colours[] = {36, 33, 32, 35, 34, 96, 93, 92, 95, 94};
  return colours[host->index % (sizeof colours / sizeof *colours)];
}

/* ---- lines ---- */

/* Shows "[host date] ", the line begun before, and `text`, which completes it. */
static void show_on_terminal(struct sink* sink, double date, const char* text, size_t size) {
  terminal_flush(&terminals[!sink->error]); /* keeps both streams in order */
  struct terminal* const terminal = &terminals[sink->error];
  char prefix[320];
  const bool colour = coloured(terminal);
  const int prefix_size =
      colour ? snprintf(prefix, sizeof prefix, "\033[%dm[%.255s %.6f]\033[%dm ",
                        colour_of(sink->host), sink->host->name, date, sink->error ? 31 : 0)
             : snprintf(prefix, sizeof prefix, "[%.255s %.6f] ", sink->host->name, date);
  terminal_put(terminal, prefix, (size_t)prefix_size);
  terminal_put(terminal, sink->line, sink->line_size);
  terminal_put(terminal, text, size);
  terminal_put(terminal, colour ? "\033[0m\n" : "\n", colour ? 5 : 1);
}

static void begin_line(struct sink* sink, const char* text, size_t size) {
  if (sink->line_size + size > sink->line_capacity) {
    const size_t capacity = (sink->line_size + size) * 2;
    char* const line = stp_alloc(capacity);
    if (sink->line_size > 0)
      memcpy(line, sink->line, sink->line_size);
    stp_free(sink->line);
    sink->line = line;
    sink->line_capacity = capacity;
  }
  memcpy(sink->line + sink->line_size, text, size);
  sink->line_size += size;
}

static void tell_line(struct sink* sink, double date, const char* text, size_t size) {
  if (sink->line_size > 0) {
    if (size > 0)
      begin_line(sink, text, size);
    text = sink->line;
    size = sink->line_size;
  }
  const struct stp_event_output event = {.date = date,
                                         .host = sink->host,
                                         .pid = stp_self ? stp_me->pid : 0,
                                         .file = strrchr(sink->path, '/') + 1,
                                         .error = sink->error,
                                         .text = text,
                                         .size = size};
  stp_tell_output(&event);
}

static void show_line(struct sink* sink, const char* text, size_t size) {
  const double date = stp_self ? stp_now() : stp_engine_now();
  if (stp_verbosity > STP_QUIET)
    show_on_terminal(sink, date, text, size);
  if (stp_observed())
    tell_line(sink, date, text, size);
  sink->line_size = 0;
}

static void show(struct sink* sink, const char* text, size_t size) {
  const char* newline;
  bool shown = false;
  while ((newline = memchr(text, '\n', size))) {
    const size_t length = (size_t)(newline - text);
    show_line(sink, text, length);
    text += length + 1;
    size -= length + 1;
    shown = true;
  }
  if (sink->line_size + size > LONGEST_LINE)
    show_line(sink, text, size);
  else if (size > 0)
    begin_line(sink, text, size);
  if (shown && watched())
    stp_output_flush();
}

/* ---- files ---- */

static struct sink* open_sinks;
static int open_sink_count;

static void sink_shut(struct sink* sink) {
  if (sink->real < 0)
    return;
  close(sink->real);
  sink->real = -1;
  DL_DELETE(open_sinks, sink);
  open_sink_count--;
}

static int sink_ready(struct sink* sink) {
  if (sink->real >= 0) {
    if (sink->next) { /* not yet the most recent */
      DL_DELETE(open_sinks, sink);
      DL_APPEND(open_sinks, sink);
    }
    return 0;
  }
  if (open_sink_count == OPEN_SINKS)
    sink_shut(open_sinks);
  /* The program could have made something else by this name. */
  const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
                    (sink->created ? 0 : O_TRUNC);
  sink->real = open(sink->path, flags, 0666);
  if (sink->real < 0 && errno == ENOENT) {
    mkdir(sink->host->directory, 0777);
    sink->real = open(sink->path, flags, 0666);
  }
  if (sink->real < 0)
    return -errno;
  sink->created = true;
  DL_APPEND(open_sinks, sink);
  open_sink_count++;
  return 0;
}

static int sink_failed(struct sink* sink, int error) {
  static bool reported;
  if (!reported)
    stp_warn_incomplete("cannot write %s: %s", sink->path, strerror(-error));
  reported = true;
  return error;
}

static ssize_t sink_write(struct stp_file* file, const struct iovec* vectors, int count,
                          off_t offset) {
  struct sink* const sink = (struct sink*)file;
  if (offset >= 0)
    return -ESPIPE;
  ssize_t total = 0;
  for (int i = 0; i < count; i++) {
    const char* const text = vectors[i].iov_base;
    const size_t size = vectors[i].iov_len;
    if (size == 0)
      continue;
    int error = sink_ready(sink);
    if (error == 0)
      error = write_all(sink->real, text, size);
    if (error < 0) {
      sink_failed(sink, error);
      return total > 0 ? total : error;
    }
    if (stp_verbosity > STP_QUIET || stp_observed())
      show(sink, text, size);
    total += (ssize_t)size;
  }
  return total;
}

static unsigned sink_poll(struct stp_file* file) {
  (void)file;
  return POLLOUT | POLLWRNORM;
}

static int sink_stat(struct stp_file* file, struct stat* result) {
  (void)file;
  *result = (struct stat){.st_mode = S_IFIFO | 0600, .st_nlink = 1, .st_blksize = 4096};
  return 0;
}

static void sink_close(struct stp_file* file) {
  struct sink* const sink = (struct sink*)file;
  if (sink->line_size > 0)
    show_line(sink, NULL, 0);
  sink_shut(sink);
  stp_free(sink->line);
  stp_free(sink->path);
  stp_free(sink);
}

static const struct stp_file_ops sink_ops = {
    .kind = "output",
    .write = sink_write,
    .poll = sink_poll,
    .stat = sink_stat,
    .close = sink_close,
};

struct stp_file* stp_output_open(struct stp_process* process, bool error) {
  struct sink* const sink = stp_alloc(sizeof *sink);
  stp_file_init(&sink->file, &sink_ops, O_WRONLY);
  sink->host = process->host;
  sink->error = error;
  sink->real = -1;
  const char* const suffix = error ? "stderr" : "stdout";
  const size_t size =
      strlen(process->host->directory) + strlen(process->label) + strlen(suffix) + 3;
  sink->path = stp_alloc(size);
  snprintf(sink->path, size, "%s/%s.%s", process->host->directory, process->label, suffix);
  return &sink->file;
}
