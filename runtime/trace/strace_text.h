/* Text that grows, in the runtime's memory, and what of a program's memory can be read. */
#ifndef STP_STRACE_TEXT_H
#define STP_STRACE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stp_text {
  char* start;
  size_t size, capacity;
};

void stp_text_put(struct stp_text* text, const char* format, ...)
    __attribute__((format(printf, 2, 3)));
void stp_text_bytes(struct stp_text* text, const void* bytes, size_t size);

void stp_text_free(struct stp_text* text);

/* Copies memory of the calling process, if it is there. */
bool stp_text_read(void* to, uintptr_t from, size_t size);

enum { STP_TEXT_CUT = 32 }; /* as strace -s has it by default */

/* `size` bytes of the calling process in quotes, like a string of C, "..." after the first `limit`;
 * a null pointer, or the address if nothing is there. */
void stp_text_quoted(struct stp_text* text, uintptr_t from, size_t size, size_t limit);

/* A string, likewise. */
void stp_text_string(struct stp_text* text, uintptr_t from, size_t limit);

/* NULL or 0x... */
void stp_text_pointer(struct stp_text* text, uintptr_t pointer);

#endif
