// When datagrams leave and come, by the stamps of SO_TIMESTAMPING: one after the other by the
// interface; each as much later as it needs, whenever it is read.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I %include %s -o udp-stamps
// RUN: %simterpose run --cpu none -n 2 --latency 5ms --bandwidth 1Gbps -o out ./udp-stamps >printed 2>&1
// RUN: sed 's/^\[[^]]*\] //' printed | sort | %FileCheck %s
//
// Each has 1500 bytes: 12 us.
//      CHECK: came at 1.005012000
// CHECK-NEXT: came at 1.005024000
// CHECK-NEXT: came at 1.005036000
// CHECK-NEXT: left at 1.000000000
// CHECK-NEXT: left at 1.000012000
// CHECK-NEXT: left at 1.000024000
#define _GNU_SOURCE
#include <time.h>

#include <linux/net_tstamp.h>

#include "udp.h"

enum { START = 1577836800 }; /* 2020 */

static char data[1472];

static void tell(int fd, const char* what, int flags) {
  char control[512];
  struct iovec vector = {data, sizeof data};
  struct msghdr message = {.msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  struct timespec stamp;
  CHECK(recvmsg(fd, &message, flags) >= 0);
  const struct cmsghdr* const header = CMSG_FIRSTHDR(&message);
  CHECK_EQ(header->cmsg_type, SCM_TIMESTAMPING);
  memcpy(&stamp, CMSG_DATA(header), sizeof stamp);
  printf("%s at %ld.%09ld\n", what, stamp.tv_sec - START, stamp.tv_nsec);
}

int main(void) {
  char name[16];
  CHECK_EQ(gethostname(name, sizeof name), 0);
  const int fd = udp_socket();
  set_int(fd, SOL_SOCKET, SO_TIMESTAMPING,
          SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_TX_SOFTWARE |
              SOF_TIMESTAMPING_OPT_TSONLY);
  if (strcmp(name, "node-0") == 0) {
    CHECK_EQ(bind_to(fd, "0.0.0.0", 5000), 0);
    sleep(2);
    for (int i = 0; i < 3; i++)
      tell(fd, "came", 0);
    return 0;
  }
  sleep(1);
  CHECK_EQ(connect_to(fd, "10.0.0.1", 5000), 0);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(send(fd, data, sizeof data, 0), sizeof data);
  sleep(1);
  for (int i = 0; i < 3; i++)
    tell(fd, "left", MSG_ERRQUEUE);
  return 0;
}
