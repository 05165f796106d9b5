/* Databases of names with a number each, in files of /etc: networks and rpc. Of a host that has no
 * such file of its own, the first entries of Debian's; the machine's do not count. */
#ifndef STP_NUMBERED_H
#define STP_NUMBERED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stp_numbered {
  const char *path, *fallback;
  uint32_t (*number)(const char* text);
};
extern const struct stp_numbered stp_networks, stp_rpcs;

/* What is asked for: a name or alias, else the entry number `index`, else (-1) the one with this
 * number. */
struct stp_numbered_question {
  const char* name;
  int index;
  uint32_t number;
};

struct stp_numbered_entry {
  char* name;
  char** aliases;
  uint32_t number;
};

/* 0, ENOENT or ERANGE; the strings lie in `buffer`. */
int stp_numbered_find(const struct stp_numbered* database,
                      const struct stp_numbered_question* question,
                      struct stp_numbered_entry* entry, char* buffer, size_t room);

#endif
