/* Mounted file systems (mntent.h): a FILE with a parser. */
#include <mntent.h>
#include <stdio.h>

#include "calls/adapter.h"
#include "file/streams.h"
#include "process/hidden.h"

FILE* simterpose_setmntent(const char* path, const char* mode) {
  return simterpose_fopen(path, mode);
}

struct mntent* simterpose_getmntent(FILE* file) {
  static const char key;
  struct {
    struct mntent entry;
    char buffer[4096];
  }* found = stp_hidden_block(&key, sizeof *found);
  return simterpose_getmntent_r(file, &found->entry, found->buffer, sizeof found->buffer);
}

struct mntent* simterpose_getmntent_r(FILE* file, struct mntent* entry, char* buffer, int size) {
  STP_STREAM stream = stp_stream_enter(file);
  return getmntent_r(stream.file, entry, buffer, size);
}

int simterpose_endmntent(FILE* file) {
  simterpose_fclose(file);
  return 1;
}
