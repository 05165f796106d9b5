/* What processes may have in common in memory: a file or piece of shared memory that some process
 * has mapped MAP_SHARED. It has a number, the same for all who map it, by which words in it are
 * known (stp_shared_key). */
#ifndef STP_SHARED_H
#define STP_SHARED_H

#include <stdint.h>
#include <sys/types.h>
#include <uthash.h>

struct stp_process;

struct stp_shared {
  unsigned references;
  uint64_t number; /* from 1 up, in order of first mapping */
  struct stp_shared_file {
    dev_t device;
    ino_t inode;
  } file; /* the real one's; zero: anonymous */
  UT_hash_handle by_file;
  /* Told when a process has one mapping more (1) or less (-1); may be null. For SysV segments. */
  void (*mapped)(struct stp_shared* shared, struct stp_process* process, int by);
  void* owner; /* of `mapped` */
};

/* The one behind the real descriptor of a file; -1: a new one. One reference, the caller's. */
struct stp_shared* stp_shared_of(int real);

void stp_shared_unref(struct stp_shared* shared);

#endif
