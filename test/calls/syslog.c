// CALLS: openlog closelog syslog vsyslog setlogmask __syslog_chk __vsyslog_chk
// RUN: %both
//
// The system log: what the functions return (test/run/syslog.test looks at the file).
#include <stdarg.h>
#include <syslog.h>

#include "check.h"

void __syslog_chk(int priority, int flag, const char* format, ...);
void __vsyslog_chk(int priority, int flag, const char* format, va_list arguments);

static void say(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsyslog(LOG_INFO, format, arguments);
  va_end(arguments);
  va_start(arguments, format);
  __vsyslog_chk(LOG_INFO, 1, format, arguments);
  va_end(arguments);
}

int main(void) {
  CHECK_EQ(setlogmask(0), 0xff);
  CHECK_EQ(setlogmask(LOG_UPTO(LOG_INFO)), 0xff);
  CHECK_EQ(setlogmask(0), LOG_UPTO(LOG_INFO));
  openlog("test", LOG_PID, LOG_DAEMON);
  errno = ENOENT;
  syslog(LOG_WARNING, "opening %s: %m", "it");
  CHECK_EQ(errno, ENOENT);
  __syslog_chk(LOG_ERR, 1, "%d", 42);
  say("%s", "through a list");
  closelog();
  syslog(LOG_INFO, "after closelog");
  return 0;
}
