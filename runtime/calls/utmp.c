/* utmp.h, utmpx.h: who is logged in, in files of the host: /var/run/utmp, read and changed entry by
 * entry, and /var/log/wtmp, to which all is added. After glibc's login/utmp_file.c. */
#include <fcntl.h>
#include <paths.h>
#include <string.h>
#include <unistd.h>
#include <utmp.h>
#include <utmpx.h>

#include "calls/adapter.h"
#include "process/hidden.h"

_Static_assert(sizeof(struct utmp) == sizeof(struct utmpx), "one record, two names");

/* Where a process stands in the file. */
struct position {
  char* path;           /* null: the standard one */
  off_t offset;         /* of the next entry */
  struct utmp last;     /* the entry before, if any */
  struct utmp returned; /* what getutent and its like have last given */
};

static struct position* position(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct position));
}

static const char* path_of(const struct position* at) { return at->path ? at->path : _PATH_UTMP; }

/* The next entry; false at the end, or where there is no file. */
static bool read_next(struct position* at) {
  const int fd = simterpose_open(path_of(at), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  struct utmp entry;
  const ssize_t got = simterpose_pread(fd, &entry, sizeof entry, at->offset);
  simterpose_close(fd);
  if (got != sizeof entry)
    return false;
  at->last = entry;
  at->offset += (off_t)sizeof entry;
  return true;
}

static bool is_process(int type) {
  return type == INIT_PROCESS || type == LOGIN_PROCESS || type == USER_PROCESS ||
         type == DEAD_PROCESS;
}

static bool is_time(int type) {
  return type == RUN_LVL || type == BOOT_TIME || type == OLD_TIME || type == NEW_TIME;
}

/* Whether an entry is the one that `wanted` asks for by its type and id. */
static bool same_id(const struct utmp* entry, const struct utmp* wanted) {
  if (is_time(wanted->ut_type))
    return entry->ut_type == wanted->ut_type;
  if (!is_process(wanted->ut_type) || !is_process(entry->ut_type))
    return false;
  return entry->ut_id[0] && wanted->ut_id[0]
             ? strncmp(entry->ut_id, wanted->ut_id, sizeof entry->ut_id) == 0
             : strncmp(entry->ut_line, wanted->ut_line, sizeof entry->ut_line) == 0;
}

static bool same_line(const struct utmp* entry, const struct utmp* wanted) {
  return (entry->ut_type == USER_PROCESS || entry->ut_type == LOGIN_PROCESS) &&
         strncmp(entry->ut_line, wanted->ut_line, sizeof entry->ut_line) == 0;
}

static bool search(struct position* at, const struct utmp* wanted,
                   bool (*fits)(const struct utmp* entry, const struct utmp* wanted)) {
  while (read_next(at))
    if (fits(&at->last, wanted))
      return true;
  errno = ESRCH;
  return false;
}

/* ---- reading ---- */

static int give(bool found, struct utmp* buffer, struct utmp** result) {
  *result = found ? buffer : NULL;
  if (found)
    *buffer = position()->last;
  return found ? 0 : -1;
}

int simterpose_getutent_r(struct utmp* buffer, struct utmp** result) {
  STP_CALL();
  return give(read_next(position()), buffer, result);
}

int simterpose_getutid_r(const struct utmp* wanted, struct utmp* buffer, struct utmp** result) {
  STP_CALL();
  if (!is_time(wanted->ut_type) && !is_process(wanted->ut_type)) {
    errno = EINVAL;
    return give(false, buffer, result);
  }
  return give(search(position(), wanted, same_id), buffer, result);
}

int simterpose_getutline_r(const struct utmp* wanted, struct utmp* buffer, struct utmp** result) {
  STP_CALL();
  return give(search(position(), wanted, same_line), buffer, result);
}

struct utmp* simterpose_getutent(void) {
  struct utmp* result;
  simterpose_getutent_r(&position()->returned, &result);
  return result;
}

struct utmp* simterpose_getutid(const struct utmp* wanted) {
  struct utmp* result;
  simterpose_getutid_r(wanted, &position()->returned, &result);
  return result;
}

struct utmp* simterpose_getutline(const struct utmp* wanted) {
  struct utmp* result;
  simterpose_getutline_r(wanted, &position()->returned, &result);
  return result;
}

void simterpose_setutent(void) {
  position()->offset = 0;
  position()->last = (struct utmp){0};
}

void simterpose_endutent(void) { simterpose_setutent(); }

int simterpose_utmpname(const char* path) {
  struct position* const at = position();
  simterpose_setutent();
  stp_process_free(at->path);
  at->path = stp_process_strdup(path);
  return 0;
}

/* ---- writing ---- */

struct utmp* simterpose_pututline(const struct utmp* entry) {
  STP_CALL();
  struct position* const at = position();
  const int make = at->path && strcmp(at->path, _PATH_UTMP) != 0 ? 0 : O_CREAT;
  const int fd = simterpose_open(path_of(at), O_WRONLY | O_CLOEXEC | make, 0664);
  if (fd < 0)
    return NULL;
  const int saved = errno;
  if (same_id(&at->last, entry) || search(at, entry, same_id))
    at->offset -= (off_t)sizeof *entry;
  else
    at->offset = simterpose_lseek(fd, 0, SEEK_END) / (off_t)sizeof *entry * (off_t)sizeof *entry;
  errno = saved;
  const bool written = simterpose_pwrite(fd, entry, sizeof *entry, at->offset) == sizeof *entry;
  if (written) {
    at->offset += (off_t)sizeof *entry;
    at->last = *entry;
  }
  simterpose_close(fd);
  return written ? (struct utmp*)entry : NULL;
}

void simterpose_updwtmp(const char* path, const struct utmp* entry) {
  STP_CALL();
  const int make = strcmp(path, _PATH_WTMP) == 0 ? O_CREAT : 0;
  const int fd = simterpose_open(path, O_WRONLY | O_APPEND | O_CLOEXEC | make, 0664);
  if (fd < 0)
    return;
  (void)!simterpose_write(fd, entry, sizeof *entry);
  simterpose_close(fd);
}

/* ---- utmpx.h: the same ---- */

struct utmpx* simterpose_getutxent(void) {
  return (struct utmpx*)simterpose_getutent();
}

struct utmpx* simterpose_getutxid(const struct utmpx* wanted) {
  return (struct utmpx*)simterpose_getutid((const struct utmp*)wanted);
}

struct utmpx* simterpose_getutxline(const struct utmpx* wanted) {
  return (struct utmpx*)simterpose_getutline((const struct utmp*)wanted);
}

struct utmpx* simterpose_pututxline(const struct utmpx* entry) {
  return (struct utmpx*)simterpose_pututline((const struct utmp*)entry);
}

void simterpose_setutxent(void) { simterpose_setutent(); }
void simterpose_endutxent(void) { simterpose_endutent(); }
int simterpose_utmpxname(const char* path) { return simterpose_utmpname(path); }

void simterpose_updwtmpx(const char* path, const struct utmpx* entry) {
  simterpose_updwtmp(path, (const struct utmp*)entry);
}
