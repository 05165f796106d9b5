/* Messages that libc itself prints for its caller. */
#ifndef STP_COMPLAIN_H
#define STP_COMPLAIN_H

#include <stdarg.h>

/* Prints on the calling process's standard error. May block. errno is left as it was. */
void stp_complain(const char* format, ...) __attribute__((format(printf, 1, 2)));

/* The short name of the program, as libc's messages begin; never null. */
const char* stp_program_name(void);

#endif
