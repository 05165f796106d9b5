/* Compression: LZ77 with a hash table, in a format like LZ4's. */
#include <stdint.h>
#include <string.h>

#include "kernels.h"

enum { SIZE = 1 << 16, HASH_BITS = 12, SHORTEST = 4 };
static unsigned char input[SIZE], packed[2 * SIZE], unpacked[SIZE];
static size_t packed_size;

static uint32_t word_at(const unsigned char* place) {
  uint32_t word;
  memcpy(&word, place, sizeof word);
  return word;
}

static unsigned char* put_length(unsigned char* out, size_t rest) {
  for (; rest >= 255; rest -= 255)
    *out++ = 255;
  *out++ = (unsigned char)rest;
  return out;
}

static unsigned char* put_sequence(unsigned char* out, const unsigned char* literals, size_t count,
                                   size_t offset, size_t match) {
  const size_t extra = match < SHORTEST ? 0 : match - SHORTEST;
  *out++ = (unsigned char)((count < 15 ? count : 15) << 4 | (extra < 15 ? extra : 15));
  if (count >= 15)
    out = put_length(out, count - 15);
  for (size_t i = 0; i < count; i++)
    *out++ = literals[i];
  *out++ = (unsigned char)offset;
  *out++ = (unsigned char)(offset >> 8);
  if (extra >= 15)
    out = put_length(out, extra - 15);
  return out;
}

NOINLINE static size_t pack(const unsigned char* in, size_t size, unsigned char* out) {
  static uint32_t table[1 << HASH_BITS];
  memset(table, 0, sizeof table);
  unsigned char* const start = out;
  size_t at = 1, anchor = 0;
  while (at + 12 < size) {
    const uint32_t word = word_at(in + at), hash = word * 2654435761U >> (32 - HASH_BITS);
    const size_t candidate = table[hash];
    table[hash] = (uint32_t)at;
    if (at - candidate > 65535 || word_at(in + candidate) != word) {
      at++;
      continue;
    }
    size_t match = SHORTEST;
    while (at + match + 5 < size && in[candidate + match] == in[at + match])
      match++;
    out = put_sequence(out, in + anchor, at - anchor, at - candidate, match);
    at += match;
    anchor = at;
  }
  out = put_sequence(out, in + anchor, size - anchor, 0, 0);
  return (size_t)(out - start);
}

static size_t get_length(const unsigned char** in, size_t length) {
  if (length == 15) {
    unsigned char more;
    do
      length += more = *(*in)++;
    while (more == 255);
  }
  return length;
}

NOINLINE static size_t unpack(const unsigned char* in, size_t size, unsigned char* out) {
  const unsigned char* const end = in + size;
  unsigned char* const start = out;
  while (in < end) {
    const unsigned token = *in++;
    for (size_t count = get_length(&in, token >> 4); count > 0; count--)
      *out++ = *in++;
    const size_t offset = in[0] | (size_t)in[1] << 8;
    in += 2;
    if (offset == 0)
      break;
    const unsigned char* from = out - offset;
    for (size_t count = SHORTEST + get_length(&in, token & 15); count > 0; count--)
      *out++ = *from++;
  }
  return (size_t)(out - start);
}

static void compress(void) { kernel_sink += pack(input, SIZE, packed); }
static void decompress(void) { kernel_sink += unpack(packed, packed_size, unpacked); }

/* Text of words that come back. */
static void prepare(void) {
  static const char* const words[] = {"the ",   "emulated ", "network ", "of ",
                                      "hosts ", "takes ",    "virtual ", "time ",
                                      "and ",   "a seed ",   "for ",     "it.\n"};
  unsigned random = 11;
  for (size_t end = 0; end + 16 < SIZE;) {
    const char* const word = words[kernel_random(&random) % 12];
    memcpy(input + end, word, strlen(word));
    end += strlen(word);
    if (kernel_random(&random) % 4 == 0)
      input[end++] = (unsigned char)('0' + kernel_random(&random) % 10);
  }
  packed_size = pack(input, SIZE, packed);
}

static const struct kernel kernels[] = {{"compress", compress, NULL},
                                        {"decompress", decompress, NULL}};
KERNEL_GROUP(packing, prepare, kernels);
