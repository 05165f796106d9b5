/* A pipe, for pipe.c, which moves its bytes, and fifo.c, which opens FIFOs. */
#ifndef STP_PIPE_PARTS_H
#define STP_PIPE_PARTS_H

#include <fcntl.h>
#include <stdbool.h>

#include "file/bytes.h"
#include "file/description.h"
#include "file/pipe.h"

struct stp_pipe_end {
  struct stp_file file;
  struct stp_pipe* pipe;
  unsigned writers_before; /* of a FIFO opened without any: until one comes it is not hung up */
  const unsigned* awaited; /* being opened: what must change (readers_ever ...); else null */
  unsigned awaited_before;
  struct stp_pipe_end *prev, *next; /* of the pipe */
};

struct stp_pipe {
  struct stp_pipe_end* ends;
  unsigned readers, writers;           /* open ends that can read, write */
  unsigned readers_ever, writers_ever; /* opened so far */
  struct stp_bytes bytes;
  size_t used, capacity;
  ino_t number;
  struct stp_inode* inode; /* of a FIFO, with an O_PATH descriptor of its file; else null */
  int real;
  struct stp_waitq openers;
};

/* An empty pipe without ends: it is freed with the last of them. */
struct stp_pipe* stp_pipe_new(void);

/* A new end, open as `flags` say: one reference, the caller's. */
struct stp_file* stp_pipe_add_end(struct stp_pipe* pipe, int flags);

static inline struct stp_pipe* stp_pipe_of(const struct stp_file* file) {
  return ((const struct stp_pipe_end*)file)->pipe;
}

#endif
