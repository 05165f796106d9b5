/* Splitting lines into words: quotes, but no expansions. */
#include "words.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "process/process.h"

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

/* Copies what stands in double quotes, from after the first one; null if it has no end. */
static const char* copy_quoted(const char* line, char** to) {
  for (; *line != '"'; line++) {
    if (*line == '\0')
      return NULL;
    if (*line == '\\' && line[1] != '\0' && strchr("\"\\$`", line[1]) != NULL)
      line++;
    *(*to)++ = *line;
  }
  return line + 1;
}

/* One word; null if there is something wrong with it. */
static const char* copy_word(const char* line, char** to, const char** error) {
  *error = "a quote is not closed";
  while (*line != '\0' && !is_blank(*line)) {
    if (*line == '\'') {
      const char* const end = strchr(line + 1, '\'');
      if (end == NULL)
        return NULL;
      memcpy(*to, line + 1, (size_t)(end - line - 1));
      *to += end - line - 1;
      line = end + 1;
    } else if (*line == '"') {
      line = copy_quoted(line + 1, to);
      if (line == NULL)
        return NULL;
    } else if (strchr("|&;<>$`", *line) != NULL) {
      *error = "there is no shell: quote | & ; < > $ and `, or run [sh, -c, ...]";
      return NULL;
    } else {
      if (*line == '\\' && line[1] != '\0')
        line++;
      *(*to)++ = *line++;
    }
  }
  *(*to)++ = '\0';
  return line;
}

/* One block: the vector, and after it the letters. There are at most half as many words. */
char** cli_words(const char* line, const char** error) {
  const size_t length = strlen(line), most = length / 2 + 2;
  char** const words = stp_alloc(most * sizeof *words + length + 2);
  char* to = (char*)(words + most);
  size_t count = 0;
  for (;;) {
    while (is_blank(*line))
      line++;
    if (*line == '\0')
      return words;
    words[count++] = to;
    line = copy_word(line, &to, error);
    if (line == NULL) {
      stp_free(words);
      return NULL;
    }
  }
}
