/* Where traced lines go. */
#ifndef STP_STRACE_OUTPUT_H
#define STP_STRACE_OUTPUT_H

#include <stdint.h>

#include "trace/strace_text.h"

struct stp_process;

struct stp_strace_sink {
  struct stp_text text; /* not yet written */
  uint64_t open;        /* the call whose line is the last and not complete; 0: none */
  char* path;
  const char* directory; /* of the host, made when needed; null: none */
  bool made;             /* the file, by this run */
  struct stp_strace_sink *prev, *next;
};

/* `file`: as stp_strace_start has it. */
void stp_strace_output_start(const char* file);

/* The sink for a process, which may be everybody's; and a process needs it no more. */
struct stp_strace_sink* stp_strace_sink_open(const struct stp_process* process);
void stp_strace_sink_close(struct stp_strace_sink* sink);

/* A line is complete: writes, if there is enough. */
void stp_strace_output_line(struct stp_strace_sink* sink);

/* Writes all. A line that is not complete is left, for what follows to complete it, or ended by
 * `ending`, if not null. */
void stp_strace_output_flush(const char* ending);

#endif
