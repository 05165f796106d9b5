// The system log of each host: dates, names, priorities masked, LOG_PERROR.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -Wno-everything %s -o logs
// RUN: %simterpose run -q -n 2 -o out ./logs
// RUN: cat out/node-1/var/log/syslog | %FileCheck %s
//      CHECK: Jan  1 00:00:00 node-1 logs: without openlog
// CHECK-NEXT: Jan  1 00:01:05 node-1 service[2]: started: Connection refused
//  CHECK-NOT: masked
// CHECK-NEXT: Jan  2 00:01:05 node-1 service[2]: two
// CHECK-NEXT: the same message
//  CHECK-NOT: {{.}}
// RUN: cat out/node-1/logs.2.stderr | %FileCheck --check-prefix=ERROR %s
//      ERROR: service[2]: started: Connection refused
// ERROR-NEXT: service[2]: two
#include <errno.h>
#include <syslog.h>
#include <unistd.h>

int main(void) {
  syslog(LOG_INFO, "without openlog\n");
  sleep(65);
  openlog("service", LOG_PID | LOG_PERROR, LOG_DAEMON);
  errno = ECONNREFUSED;
  syslog(LOG_ERR, "started: %m");
  setlogmask(LOG_UPTO(LOG_INFO));
  syslog(LOG_DEBUG, "masked");
  sleep(86400);
  syslog(LOG_NOTICE, "two\nthe same message");
  return 0;
}
