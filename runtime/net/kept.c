/* Finding, reading and keeping integer options. */
#include "net/kept.h"

#include <errno.h>
#include <netinet/in.h>

#include "net/socket.h"

const struct stp_kept* stp_kept_find(const struct stp_kept* table, size_t count, int level,
                                     int option) {
  for (size_t i = 0; i < count; i++)
    if (table[i].level == level && table[i].option == option)
      return &table[i];
  return NULL;
}

int stp_kept_read(const struct stp_kept* entry, const void* value, socklen_t length, int* number) {
  if (entry->level != IPPROTO_IP || length < 1 || length >= sizeof *number)
    return stp_option_to_int(value, length, number);
  *number = *(const unsigned char*)value;
  return 0;
}

int stp_kept_set(const struct stp_kept* entry, void* options, int number) {
  if (entry->lowest == 0 && entry->highest == 1)
    number = number != 0;
  if (number == -1 && entry->standard >= 0)
    number = entry->standard;
  if (entry->level == IPPROTO_IP && entry->option == IP_TOS)
    number &= 0xff;
  if (number < entry->lowest || number > entry->highest)
    return -EINVAL;
  *stp_kept_in(entry, options) = number;
  return 0;
}
