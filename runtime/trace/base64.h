/* Base64 (RFC 4648), with padding. */
#ifndef STP_BASE64_H
#define STP_BASE64_H

#include <stddef.h>

/* How many characters `size` bytes make. */
#define STP_BASE64_LENGTH(size) (((size) + 2) / 3 * 4)

/* Writes them to `text`, without a null byte at the end, and returns how many. What is encoded in
 * pieces must be cut at multiples of three bytes. */
size_t stp_base64(char* text, const void* data, size_t size);

#endif
