/* The start and end of what a process has from libc and, but for memory and descriptors, from the
 * kernel. Most of it is made when first used. */
#include <string.h>

#include "process/converters.h"
#include "process/process.h"

static void start(struct stp_process* process) {
  char* name = process->argc > 0 ? process->argv[0] : (char*)"";
  char* slash = strrchr(name, '/');
  process->libc->optopt_ = '?';
  process->libc->program_invocation_name_ = name;
  process->libc->tzname_[0] = process->libc->tzname_[1] = (char*)"GMT"; /* until tzset */
  process->libc->program_invocation_short_name_ = slash ? slash + 1 : name;
}

static void end(struct stp_process* process) {
  stp_converters_end(process);
  stp_free(process->random);
}

static void begin_again(struct stp_process* process) {
  stp_converters_end(process);
  start(process);
}

extern const struct stp_process_hooks stp_libc_hooks;
const struct stp_process_hooks stp_libc_hooks = {.start = start, .end = end, .exec = begin_again};
