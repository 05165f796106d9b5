/* The character conversions that a process has open with libc: closed when it ends. */
#ifndef STP_CONVERTERS_H
#define STP_CONVERTERS_H

#include <iconv.h>

struct stp_converter;
struct stp_process;

/* iconv_open for the calling process. Null, with errno: as libc says. */
struct stp_converter* stp_converter_open(const char* to, const char* from);

iconv_t stp_converter_handle(const struct stp_converter* converter);

/* The calling process has no more use for it. */
void stp_converter_close(struct stp_converter* converter);

/* Closes all that a process has; it has ended, or replaced its program. */
void stp_converters_end(struct stp_process* process);

#endif
