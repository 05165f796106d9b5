/* Strings: comparing, scanning, splitting, numbers in and out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

static char words[1024][12];

NOINLINE static int compare(const char* a, const char* b) {
  while (*a != 0 && *a == *b)
    a++, b++;
  return *a - *b;
}

static void short_strings(void) {
  unsigned random = 13;
  for (int i = 0; i < 20000; i++)
    kernel_sink += (unsigned)compare(words[i % 1024], words[kernel_random(&random) % 1024]);
}

static char text[1 << 16];

NOINLINE static size_t count_words(const char* s) {
  size_t count = 0;
  int inside = 0;
  for (; *s != 0; s++) {
    const int letter = *s != ' ';
    count += (size_t)(letter & ~inside);
    inside = letter;
  }
  return count;
}

static void long_strings(void) {
  for (int i = 0; i < 8; i++)
    kernel_sink += count_words(text);
}

/* A reader of key=value; lines, as programs have for their configuration. */
static char settings[1 << 14];

NOINLINE static unsigned long parse(const char* s) {
  unsigned long sum = 0;
  while (*s != 0) {
    unsigned key = 0;
    while (*s != '=')
      key = key * 31 + (unsigned char)*s++;
    s++;
    unsigned long value = 0;
    int negative = 0;
    if (*s == '-') {
      negative = 1;
      s++;
    }
    for (; *s >= '0' && *s <= '9'; s++)
      value = value * 10 + (unsigned long)(*s - '0');
    sum += key ^ (negative ? -value : value);
    while (*s == ';' || *s == '\n')
      s++;
  }
  return sum;
}

static void parser(void) {
  for (int i = 0; i < 30; i++)
    kernel_sink += parse(settings);
}

static void library_strings(void) {
  char copy[64];
  for (int round = 0; round < 10; round++)
    for (int i = 0; i + 1 < 1024; i++) {
      strcpy(copy, words[i]);
      kernel_sink += strlen(copy) + (size_t)(strcmp(copy, words[i + 1]) > 0);
      kernel_sink += strchr(copy, '1') != NULL;
    }
}

static void formatting(void) {
  char line[128];
  for (int i = 0; i < 2000; i++) {
    const int length =
        snprintf(line, sizeof line, "%s: %d of %lu\n", words[i % 1024], i, 123456789UL);
    kernel_sink += (unsigned long)length + strtoul(line + length - 10, NULL, 10);
  }
}

static void prepare(void) {
  unsigned random = 17;
  for (int i = 0; i < 1024; i++) // they differ early or late
    for (size_t k = 0; k + 1 < sizeof words[i]; k++)
      words[i][k] = kernel_random(&random) % 4 == 0 ? 'b' : 'a';
  for (size_t i = 0; i + 1 < sizeof text; i++)
    text[i] = i % 7 == 3 ? ' ' : 'a';
  size_t end = 0;
  for (int i = 0; end + 64 < sizeof settings; i++)
    end += (size_t)sprintf(settings + end, "setting%d=%s%d;\n", i * i % 100, i % 5 ? "" : "-",
                           i * 977);
}

static const struct kernel kernels[] = {
    {"short_strings", short_strings, NULL},
    {"long_strings", long_strings, NULL},
    {"parser", parser, NULL},
    {"library_strings", library_strings, NULL},
    {"formatting", formatting, NULL},
};
KERNEL_GROUP(text, prepare, kernels);
