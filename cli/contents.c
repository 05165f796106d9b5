/* Reading files as a whole. */
#include "contents.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static char* read_all(FILE* from, size_t* size) {
  char* text = NULL;
  FILE* const to = open_memstream(&text, size);
  char part[16384];
  size_t length;
  while (to != NULL && (length = fread(part, 1, sizeof part, from)) > 0)
    fwrite(part, 1, length, to);
  if (to == NULL || fclose(to) != 0 || ferror(from)) {
    free(text);
    return NULL;
  }
  return text;
}

char* cli_contents(const char* path, size_t* size) {
  FILE* const from = fopen(path, "re");
  if (from == NULL)
    return NULL;
  char* const text = read_all(from, size);
  const int error = errno;
  fclose(from);
  errno = error;
  return text;
}
