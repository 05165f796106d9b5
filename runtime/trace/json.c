/* What observers write: lines of JSON. */
#include "trace/json.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "process/process.h"
#include "trace/base64.h"
#include "trace/log.h"

enum {
  BUFFER = 1 << 18,
  /* Dates and sizes exactly enough, without digits that are only binary fractions' */
  STYLE = JSON_COMPACT | JSON_REAL_PRECISION(15)
};

FILE* stp_json_open(const char* path) {
  FILE* const file = fopen(path, "we");
  if (file == NULL)
    stp_fatal("cannot write %s: %s", path, strerror(errno));
  setvbuf(file, NULL, _IOFBF, BUFFER);
  return file;
}

void stp_json_close(FILE* file, const char* path) {
  const int failed = ferror(file);
  if (fclose(file) != 0 || failed)
    stp_warn_incomplete("cannot write %s: %s", path,
                        errno ? strerror(errno) : "it is not complete");
}

void stp_json_write(FILE* file, json_t* value) {
  json_dumpf(value, file, STYLE); /* what fails shows when the file is closed */
  json_decref(value);
}

void stp_json_line(FILE* file, json_t* value) {
  stp_json_write(file, value);
  putc('\n', file);
}

/* How many bytes a character has whose first one is this; 0: none begins so. */
static size_t length_of(unsigned char first) {
  return first < 0x80   ? 1
         : first < 0xc2 ? 0
         : first < 0xe0 ? 2
         : first < 0xf0 ? 3
         : first < 0xf5 ? 4
                        : 0;
}

json_t* stp_json_text(const char* text, size_t size) {
  static const char replacement[] = "\xef\xbf\xbd";
  json_t* const whole = json_stringn(text, size);
  if (whole != NULL)
    return whole;
  char* const clean = stp_alloc(3 * size + 1);
  size_t length = 0;
  for (size_t i = 0, n; i < size; i += n) {
    n = length_of((unsigned char)text[i]);
    json_t* const character = n > 0 && n <= size - i ? json_stringn(text + i, n) : NULL;
    const char* const good = character != NULL ? text + i : replacement;
    n = character != NULL ? n : 1;
    memcpy(clean + length, good, character != NULL ? n : 3);
    length += character != NULL ? n : 3;
    json_decref(character);
  }
  json_t* const result = json_stringn(clean, length);
  stp_free(clean);
  return result;
}

json_t* stp_json_bytes(const void* data, size_t size) {
  char* const text = stp_alloc(STP_BASE64_LENGTH(size) + 1);
  json_t* const result = json_stringn_nocheck(text, stp_base64(text, data, size));
  stp_free(text);
  return result;
}

json_t* stp_json_endpoint(struct stp_endpoint endpoint) {
  char address[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + 8];
  const bool v4 = stp_address_is4(endpoint.address);
  const struct in_addr short_form = stp_address_to4(endpoint.address);
  inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? (const void*)&short_form : &endpoint.address, address,
            sizeof address);
  if (endpoint.port == 0)
    return json_string_nocheck(address);
  snprintf(text, sizeof text, v4 ? "%s:%u" : "[%s]:%u", address, ntohs(endpoint.port));
  return json_string_nocheck(text);
}
