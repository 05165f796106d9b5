/* utmp.h: logging in and out, in utmp and wtmp at once (glibc's login/login.c and its neighbours).
 */
#include <paths.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <utmp.h>

#include "calls/adapter.h"

static void stamp(struct utmp* entry) {
  struct timeval now;
  simterpose_gettimeofday(&now, NULL);
  entry->ut_tv.tv_sec = (int32_t)now.tv_sec;
  entry->ut_tv.tv_usec = (int32_t)now.tv_usec;
}

/* The terminal of the first of the standard descriptors that is one, without /dev/. */
static bool find_line(char* line, size_t size) {
  char name[64];
  for (int fd = 0; fd < 3; fd++) {
    if (simterpose_ttyname_r(fd, name, sizeof name) != 0)
      continue;
    strncpy(line, strncmp(name, "/dev/", 5) == 0 ? name + 5 : name, size);
    return true;
  }
  strncpy(line, "???", size);
  return false;
}

void simterpose_login(const struct utmp* given) {
  struct utmp entry = *given;
  entry.ut_type = USER_PROCESS;
  entry.ut_pid = stp_me->pid;
  if (find_line(entry.ut_line, sizeof entry.ut_line)) {
    simterpose_utmpname(_PATH_UTMP);
    simterpose_setutent();
    simterpose_pututline(&entry);
    simterpose_endutent();
  }
  simterpose_updwtmp(_PATH_WTMP, &entry);
}

int simterpose_logout(const char* line) {
  struct utmp entry = {.ut_type = USER_PROCESS}, found, *result;
  strncpy(entry.ut_line, line, sizeof entry.ut_line);
  simterpose_utmpname(_PATH_UTMP);
  simterpose_setutent();
  const bool was = simterpose_getutline_r(&entry, &found, &result) == 0;
  bool done = false;
  if (was) {
    memset(found.ut_user, 0, sizeof found.ut_user);
    memset(found.ut_host, 0, sizeof found.ut_host);
    found.ut_type = DEAD_PROCESS;
    stamp(&found);
    done = simterpose_pututline(&found) != NULL;
  }
  simterpose_endutent();
  return done;
}

void simterpose_logwtmp(const char* line, const char* name, const char* host) {
  struct utmp entry = {.ut_type = name[0] ? USER_PROCESS : DEAD_PROCESS, .ut_pid = stp_me->pid};
  strncpy(entry.ut_line, line, sizeof entry.ut_line);
  strncpy(entry.ut_user, name, sizeof entry.ut_user);
  strncpy(entry.ut_host, host, sizeof entry.ut_host);
  stamp(&entry);
  simterpose_updwtmp(_PATH_WTMP, &entry);
}
