/* Options of sockets that are integers, kept as they were set and given back: do_ip_setsockopt,
 * do_ipv6_setsockopt and do_tcp_setsockopt. A family has a table of them. */
#ifndef STP_KEPT_H
#define STP_KEPT_H

#include <stddef.h>
#include <sys/socket.h>

struct stp_kept {
  int level, option, lowest, highest; /* 0 to 1: any other number counts as 1 */
  int standard;                       /* what -1 stands for; -1: for nothing */
  size_t offset;                      /* of the int in the family's options */
};

/* The entry of the table for an option, or null. */
const struct stp_kept* stp_kept_find(const struct stp_kept* table, size_t count, int level,
                                     int option);

/* What a program passes for an option: 0 or -EINVAL. Of those of IP a byte will do. */
int stp_kept_read(const struct stp_kept* entry, const void* value, socklen_t length, int* number);

/* Keeps a number: 0, or -EINVAL where it is out of bounds. */
int stp_kept_set(const struct stp_kept* entry, void* options, int number);

/* Where it is kept. */
static inline int* stp_kept_in(const struct stp_kept* entry, void* options) {
  return (int*)((char*)options + entry->offset);
}

#endif
