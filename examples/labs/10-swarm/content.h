/* The file that is distributed: numbers that follow from their place, so that everyone can tell
 * whether what came is right, as with a list of hashes. */
#ifndef LAB_CONTENT_H
#define LAB_CONTENT_H

#include "../common/net.h"

enum { PIECE = 65536 };

__attribute__((unused)) static void make(uint64_t* words, size_t first, size_t count) {
  for (size_t i = 0; i < count; i++)
    words[i] = (first + i) * 0x9E3779B97F4A7C15ull;
}

__attribute__((unused)) static bool right(const uint64_t* words, size_t first, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (words[i] != (first + i) * 0x9E3779B97F4A7C15ull)
      return false;
  return true;
}

#endif
