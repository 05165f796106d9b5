/* iconv.h: what iconv_open gives to the program lies in its memory and leads to libc's own
 * conversion (process/converters.h). */
#include <iconv.h>
#include <string.h>

#include "calls/adapter.h"
#include "process/converters.h"

struct conversion {
  struct stp_converter* converter; /* of `owner` */
  pid_t owner;                     /* after a fork, the child opens its own */
  char names[];                    /* of the two encodings */
};

iconv_t simterpose_iconv_open(const char* to, const char* from) {
  struct stp_converter* const converter = stp_converter_open(to, from);
  if (!converter)
    return (iconv_t)-1;
  const size_t to_size = strlen(to) + 1, from_size = strlen(from) + 1;
  struct conversion* const conversion =
      stp_heap_alloc(stp_me->heap, sizeof *conversion + to_size + from_size);
  if (!conversion) {
    stp_converter_close(converter);
    errno = ENOMEM;
    return (iconv_t)-1;
  }
  conversion->converter = converter;
  conversion->owner = stp_me->pid;
  memcpy(conversion->names, to, to_size);
  memcpy(conversion->names + to_size, from, from_size);
  return conversion;
}

static struct stp_converter* converter_of(struct conversion* conversion) {
  if (conversion->owner != stp_me->pid) {
    const char* const from = conversion->names + strlen(conversion->names) + 1;
    conversion->converter = stp_converter_open(conversion->names, from);
    conversion->owner = stp_me->pid;
  }
  return conversion->converter;
}

size_t simterpose_iconv(iconv_t handle, char** in, size_t* in_left, char** out, size_t* out_left) {
  struct stp_converter* const converter = converter_of(handle);
  if (!converter)
    return (size_t)-1;
  return iconv(stp_converter_handle(converter), in, in_left, out, out_left);
}

int simterpose_iconv_close(iconv_t handle) {
  struct conversion* const conversion = handle;
  if (conversion->owner == stp_me->pid && conversion->converter)
    stp_converter_close(conversion->converter);
  stp_heap_free(stp_me->heap, conversion);
  return 0;
}
