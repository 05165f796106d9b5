/* Lines of texts. */
#include "text.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN = 48 /* letters of a line */ };

void cli_text_show(const char* text, size_t length, char* shown, size_t size) {
  size_t used = 0;
  shown[used++] = '"';
  size_t i = 0;
  for (; i < length && i < SHOWN && used + 10 < size; i++) {
    const unsigned char c = (unsigned char)text[i];
    if (c == '\n')
      used += (size_t)sprintf(shown + used, "\\n");
    else if (c == '\t')
      used += (size_t)sprintf(shown + used, "\\t");
    else if (c < ' ' || c == 0x7f)
      used += (size_t)sprintf(shown + used, "\\x%02x", c);
    else
      shown[used++] = (char)c;
  }
  snprintf(shown + used, size - used, "\"%s", i < length ? "..." : "");
}

static size_t without_newlines(const char* text, size_t length) {
  while (length > 0 && text[length - 1] == '\n')
    length--;
  return length;
}

static size_t line_length(const char* text, size_t length) {
  const char* const newline = memchr(text, '\n', length);
  return newline == NULL ? length : (size_t)(newline - text);
}

/* The same, from a few letters before a place that would be cut off else. */
static void show_from(const char* text, size_t length, size_t place, char* shown, size_t size) {
  enum { BEFORE = 12 };
  if (place + BEFORE < SHOWN) {
    cli_text_show(text, length, shown, size);
    return;
  }
  memcpy(shown, "...", 3);
  cli_text_show(text + place - BEFORE, length - place + BEFORE, shown + 3, size - 3);
}

static size_t common(const char* one, size_t n, const char* two, size_t m) {
  size_t i = 0;
  while (i < n && i < m && one[i] == two[i])
    i++;
  return i;
}

/* The line of a text that begins at `start`. */
static void show_line(const char* text, size_t length, size_t start, char* shown, size_t size) {
  cli_text_show(text + start, line_length(text + start, length - start), shown, size);
}

bool cli_text_equal(const char* expected, const char* text, size_t length, char* where,
                    size_t size) {
  const size_t n = without_newlines(expected, strlen(expected));
  const size_t m = without_newlines(text, length);
  if (n == m && memcmp(expected, text, n) == 0)
    return true;
  size_t line = 1, i = 0, k = 0; /* where the line begins in each */
  char wanted[120] = "", found[120] = "";
  for (; i < n && k < m; line++) {
    const size_t a = line_length(expected + i, n - i), b = line_length(text + k, m - k);
    const size_t same = common(expected + i, a, text + k, b);
    show_from(expected + i, a, same, wanted, sizeof wanted);
    show_from(text + k, b, same, found, sizeof found);
    if (same < a || same < b)
      break;
    i += a + 1;
    k += b + 1;
  }
  if (k >= m && i < n)
    show_line(expected, n, i, wanted, sizeof wanted);
  if (i >= n && k < m)
    show_line(text, m, k, found, sizeof found);
  if (k >= m)
    snprintf(where, size, m == 0 ? "nothing" : "ends before line %zu, %s", line, wanted);
  else if (i >= n)
    snprintf(where, size, "goes on with line %zu, %s", line, found);
  else
    snprintf(where, size, "line %zu is %s, not %s", line, found, wanted);
  return false;
}

void cli_text_line(const char* text, size_t length, const char* place, char* line, size_t size) {
  size_t number = 1, start = 0;
  for (size_t i = 0; text + i < place; i++)
    if (text[i] == '\n') {
      number++;
      start = i + 1;
    }
  char shown[120];
  show_line(text, length, start, shown, sizeof shown);
  snprintf(line, size, "line %zu: %s", number, shown);
}

void cli_text_summary(const char* text, size_t length, char* summary, size_t size) {
  length = without_newlines(text, length);
  if (length == 0) {
    snprintf(summary, size, "nothing");
    return;
  }
  size_t lines = 1, last = 0;
  for (size_t i = 0; i < length; i++)
    if (text[i] == '\n') {
      lines++;
      last = i + 1;
    }
  char shown[120];
  show_line(text, length, last, shown, sizeof shown);
  if (lines == 1)
    snprintf(summary, size, "%s", shown);
  else
    snprintf(summary, size, "%zu lines, the last %s", lines, shown);
}
