/* libc's conversion descriptors, in a list of their process. */
#include "process/converters.h"

#include <utlist.h>

#include "process/process.h"

struct stp_converter {
  iconv_t handle;
  struct stp_converter *prev, *next;
};

struct stp_converter* stp_converter_open(const char* to, const char* from) {
  const iconv_t handle = iconv_open(to, from);
  if (handle == (iconv_t)-1)
    return NULL;
  struct stp_converter* const converter = stp_alloc(sizeof *converter);
  converter->handle = handle;
  DL_APPEND(stp_me->converters, converter);
  return converter;
}

iconv_t stp_converter_handle(const struct stp_converter* converter) { return converter->handle; }

static void drop(struct stp_process* process, struct stp_converter* converter) {
  iconv_close(converter->handle);
  DL_DELETE(process->converters, converter);
  stp_free(converter);
}

void stp_converter_close(struct stp_converter* converter) { drop(stp_me, converter); }

void stp_converters_end(struct stp_process* process) {
  while (process->converters)
    drop(process, process->converters);
}
