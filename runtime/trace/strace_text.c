/* Text of traced calls. Quoting is strace's: what C has a short escape for, printable ASCII, else
 * octal, as short as the next byte allows. */
#include "trace/strace_text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "process/probe.h"
#include "process/process.h"

static void reserve(struct stp_text* text, size_t more) {
  if (text->capacity - text->size >= more)
    return;
  const size_t capacity = (text->size + more) * 2;
  char* const bigger = stp_alloc(capacity);
  if (text->size > 0)
    memcpy(bigger, text->start, text->size);
  stp_free(text->start);
  text->start = bigger;
  text->capacity = capacity;
}

void stp_text_bytes(struct stp_text* text, const void* bytes, size_t size) {
  reserve(text, size);
  memcpy(text->start + text->size, bytes, size);
  text->size += size;
}

void stp_text_put(struct stp_text* text, const char* format, ...) {
  enum { USUAL = 128 };
  reserve(text, USUAL);
  for (;;) {
    va_list arguments;
    va_start(arguments, format);
    const size_t room = text->capacity - text->size;
    const size_t size = (size_t)vsnprintf(text->start + text->size, room, format, arguments);
    va_end(arguments);
    if (size < room) {
      text->size += size;
      return;
    }
    reserve(text, size + 1);
  }
}

void stp_text_free(struct stp_text* text) {
  stp_free(text->start);
  *text = (struct stp_text){0};
}

/* ---- memory of the program ---- */

static size_t left_in_page(uintptr_t address) { return STP_PAGE - address % STP_PAGE; }

bool stp_text_read(void* to, uintptr_t from, size_t size) {
  char* next = to;
  while (size > 0) {
    const size_t left = left_in_page(from), now = size < left ? size : left;
    if (stp_probe_read((const void*)from))
      return false;
    memcpy(next, (const void*)from, now);
    next += now;
    from += now;
    size -= now;
  }
  return true;
}

/* ---- strings ---- */

static void quote(struct stp_text* text, const unsigned char* bytes, size_t size) {
  static const char escaped[] = "\"\"\\\\\tt\nn\vv\ff\rr";
  stp_text_bytes(text, "\"", 1);
  for (size_t i = 0; i < size; i++) {
    const char* escape = escaped;
    while (*escape && (unsigned char)*escape != bytes[i])
      escape += 2;
    const bool digit_follows = i + 1 < size && bytes[i + 1] >= '0' && bytes[i + 1] <= '7';
    if (*escape)
      stp_text_put(text, "\\%c", escape[1]);
    else if (bytes[i] >= ' ' && bytes[i] < 0x7f)
      stp_text_bytes(text, &bytes[i], 1);
    else
      stp_text_put(text, digit_follows ? "\\%03o" : "\\%o", bytes[i]);
  }
  stp_text_bytes(text, "\"", 1);
}

void stp_text_pointer(struct stp_text* text, uintptr_t pointer) {
  if (pointer == 0)
    stp_text_put(text, "NULL");
  else
    stp_text_put(text, "%#lx", pointer);
}

void stp_text_quoted(struct stp_text* text, uintptr_t from, size_t size, size_t limit) {
  static unsigned char bytes[PATH_MAX]; /* stacks may be small */
  const size_t shown = size < limit ? size : limit;
  if (from == 0 || shown > sizeof bytes || !stp_text_read(bytes, from, shown)) {
    stp_text_pointer(text, from);
    return;
  }
  quote(text, bytes, shown);
  if (shown < size)
    stp_text_put(text, "...");
}

void stp_text_string(struct stp_text* text, uintptr_t from, size_t limit) {
  size_t size = 0;
  while (from != 0 && size <= limit) {
    const size_t left = left_in_page(from + size);
    if (stp_probe_read((const void*)(from + size))) {
      stp_text_pointer(text, from);
      return;
    }
    const size_t more = strnlen((const char*)(from + size), left);
    size += more;
    if (more < left)
      break;
  }
  stp_text_quoted(text, from, size, limit);
}
