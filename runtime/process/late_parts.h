/* What late.c keeps of libraries loaded at run time; also for debuggers (trace/debug.c). */
#ifndef STP_LATE_PARTS_H
#define STP_LATE_PARTS_H

#include "process/object.h"
#include "process/program.h"

/* One instrumented library, in the list of its program. */
struct stp_late_library {
  struct stp_module module;
  struct stp_object object;
  struct stp_late_library* next;
};

/* Its copy in one process, in the list and the memory of the process, last placed first. */
struct stp_late_image {
  const struct stp_late_library* library;
  char* copy;
  struct stp_late_image* next;
};

#endif
