/* Shared memory by number; that of files is found by device and inode. */
#include "file/shared.h"

#include <string.h>
#include <sys/stat.h>

#include "process/process.h"

static struct stp_shared* files;

static struct stp_shared* shared_new(struct stp_shared_file file) {
  static uint64_t last;
  struct stp_shared* const shared = stp_alloc(sizeof *shared);
  shared->references = 1;
  shared->number = ++last;
  shared->file = file;
  return shared;
}

struct stp_shared* stp_shared_of(int real) {
  struct stp_shared_file file;
  memset(&file, 0, sizeof file); /* it is a key: padding counts */
  struct stat status;
  if (real < 0 || fstat(real, &status) != 0)
    return shared_new(file);
  file.device = status.st_dev;
  file.inode = status.st_ino;
  struct stp_shared* shared;
  HASH_FIND(by_file, files, &file, sizeof file, shared);
  if (shared != NULL) {
    shared->references++;
    return shared;
  }
  shared = shared_new(file);
  HASH_ADD(by_file, files, file, sizeof file, shared);
  return shared;
}

void stp_shared_unref(struct stp_shared* shared) {
  if (--shared->references > 0)
    return;
  if (shared->file.inode != 0)
    HASH_DELETE(by_file, files, shared);
  stp_free(shared);
}
