/* Three bytes are four characters. */
#include "trace/base64.h"

#include <stdint.h>

size_t stp_base64(char* text, const void* data, size_t size) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const uint8_t* const bytes = data;
  size_t length = 0;
  for (size_t i = 0; i < size; i += 3) {
    const size_t left = size - i;
    const uint32_t three = (uint32_t)bytes[i] << 16 | (uint32_t)(left > 1 ? bytes[i + 1] : 0) << 8 |
                           (left > 2 ? bytes[i + 2] : 0);
    text[length++] = digits[three >> 18];
    text[length++] = digits[three >> 12 & 63];
    text[length++] = left > 1 ? digits[three >> 6 & 63] : '=';
    text[length++] = left > 2 ? digits[three & 63] : '=';
  }
  return length;
}
