/* wordexp.h: words as a shell makes them of text: quoting, tildes, `$` and backquotes, splitting,
 * patterns. libc's would read the simulator's own variables and run real commands. */
#include "calls/wordexp.h"

#include <ctype.h>
#include <glob.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "calls/adapter.h"
#include "process/hidden.h"

/* ---- text ---- */

void stp_word_text_add(struct stp_word_text* text, char byte) {
  if ((text->size & (text->size + 1)) == 0) { /* there is room for a power of two, less one */
    char* const larger = stp_process_alloc(2 * (text->size + 1));
    if (text->bytes) {
      memcpy(larger, text->bytes, text->size);
      stp_process_free(text->bytes);
    }
    text->bytes = larger;
  }
  text->bytes[text->size++] = byte;
  text->bytes[text->size] = '\0';
}

void stp_word_text_add_all(struct stp_word_text* text, const char* more) {
  for (; *more; more++)
    stp_word_text_add(text, *more);
}

void stp_word_text_free(struct stp_word_text* text) {
  if (text->bytes)
    stp_process_free(text->bytes);
  *text = (struct stp_word_text){0};
}

/* ---- words ---- */

void stp_word_add(struct stp_words* words, char byte, bool quoted) {
  words->has_word = true;
  words->is_pattern |= !quoted && strchr("*?[", byte) != NULL;
  stp_word_text_add(&words->word, byte);
  if (quoted && strchr("*?[]\\", byte))
    stp_word_text_add(&words->pattern, '\\');
  stp_word_text_add(&words->pattern, byte);
}

/* One more word of the result: a block of the process's. */
static int give(wordexp_t* result, char* word) {
  const size_t used = result->we_offs + result->we_wordc;
  char** const larger = simterpose_realloc(result->we_wordv, (used + 2) * sizeof *larger);
  if (!larger || !word)
    return WRDE_NOSPACE;
  result->we_wordv = larger;
  larger[used] = word;
  larger[used + 1] = NULL;
  result->we_wordc++;
  return 0;
}

static int give_matches(struct stp_words* words) {
  glob_t found;
  const int error = simterpose_glob(words->pattern.bytes, 0, NULL, &found);
  if (error == GLOB_NOMATCH)
    return give(words->result, stp_process_strdup(words->word.bytes));
  if (error)
    return WRDE_NOSPACE;
  int result = 0;
  for (size_t i = 0; result == 0 && i < found.gl_pathc; i++)
    result = give(words->result, stp_process_strdup(found.gl_pathv[i]));
  simterpose_globfree(&found);
  return result;
}

static int end_word(struct stp_words* words) {
  int error = 0;
  if (words->has_word && words->is_pattern)
    error = give_matches(words);
  else if (words->has_word)
    error = give(words->result, stp_process_strdup(words->word.bytes ? words->word.bytes : ""));
  stp_word_text_free(&words->word);
  stp_word_text_free(&words->pattern);
  words->has_word = words->is_pattern = false;
  return error;
}

/* ---- what stands for something else ---- */

/* Adds a value that is not quoted: blanks of IFS, and its other characters, end words. */
static int add_fields(struct stp_words* words, const char* value) {
  const char* ifs = simterpose_getenv("IFS");
  if (!ifs)
    ifs = " \t\n";
  int error = 0;
  for (bool open = words->has_word; !error && *value; value++) {
    if (!strchr(ifs, *value)) {
      stp_word_add(words, *value, false);
      open = true;
      continue;
    }
    if (!strchr(" \t\n", *value)) {
      words->has_word |= !open; /* an empty field */
      open = false;
    }
    error = end_word(words);
  }
  return error;
}

static int add_value(struct stp_words* words, const char* value, bool quoted) {
  if (!quoted)
    return add_fields(words, value);
  for (; *value; value++)
    stp_word_add(words, *value, true);
  return 0;
}

static int expand(struct stp_words* words, bool quoted) {
  struct stp_word_text value = {0};
  bool set = true;
  const char kind = *words->at++;
  int error =
      kind == '$' ? stp_word_dollar(words, &value, &set) : stp_word_backquote(words, &value);
  if (!error && set && value.bytes)
    error = add_value(words, value.bytes, quoted);
  stp_word_text_free(&value);
  return error;
}

/* "~" or "~NAME" at the beginning of a word, up to a slash or its end. */
static void add_home(struct stp_words* words) {
  char name[256];
  const size_t length = strcspn(words->at + 1, "/ \t\"'\\$`");
  const char* home = NULL;
  if (length == 0) {
    home = simterpose_getenv("HOME");
  } else if (length < sizeof name) {
    memcpy(name, words->at + 1, length);
    name[length] = '\0';
    const struct passwd* const user = simterpose_getpwnam(name);
    home = user ? user->pw_dir : NULL;
  }
  if (!home) {
    stp_word_add(words, *words->at++, true);
    return;
  }
  words->at += 1 + length;
  for (; *home; home++)
    stp_word_add(words, *home, true);
}

/* ---- quotes ---- */

static int add_single_quoted(struct stp_words* words) {
  words->has_word = true;
  for (words->at++; *words->at != '\''; words->at++) {
    if (!*words->at)
      return WRDE_SYNTAX;
    stp_word_add(words, *words->at, true);
  }
  words->at++;
  return 0;
}

static int add_double_quoted(struct stp_words* words) {
  words->has_word = true;
  for (words->at++; *words->at != '"';) {
    int error = 0;
    if (!*words->at)
      return WRDE_SYNTAX;
    if (*words->at == '$' || *words->at == '`') {
      error = expand(words, true);
    } else {
      const bool escapes = *words->at == '\\' && words->at[1] && strchr("$`\"\\\n", words->at[1]);
      words->at += escapes;
      if (!escapes || *words->at != '\n') /* a line that is continued */
        stp_word_add(words, *words->at, true);
      words->at++;
    }
    if (error)
      return error;
  }
  words->at++;
  return 0;
}

static int add_escaped(struct stp_words* words) {
  const char escaped = words->at[1];
  if (!escaped)
    return WRDE_SYNTAX;
  words->at += 2;
  if (escaped != '\n')
    stp_word_add(words, escaped, true);
  return 0;
}

/* ---- all of it ---- */

static int step(struct stp_words* words) {
  switch (*words->at) {
  case ' ':
  case '\t':
    words->at++;
    return end_word(words);
  case '\n':
  case '|':
  case '&':
  case ';':
  case '<':
  case '>':
  case '(':
  case ')':
  case '{':
  case '}':
    return WRDE_BADCHAR;
  case '\'':
    return add_single_quoted(words);
  case '"':
    return add_double_quoted(words);
  case '\\':
    return add_escaped(words);
  case '$':
  case '`':
    return expand(words, false);
  case '~':
    if (!words->has_word) {
      add_home(words);
      return 0;
    }
    /* fall through */
  default:
    stp_word_add(words, *words->at++, false);
    return 0;
  }
}

int stp_word_inner(const struct stp_words* words, const char* text, struct stp_word_text* value) {
  struct stp_words inner = {.at = text, .flags = words->flags, .result = words->result};
  int error = 0;
  while (!error && *inner.at)
    error = *inner.at == '"'                       ? add_double_quoted(&inner)
            : *inner.at == '\''                    ? add_single_quoted(&inner)
            : *inner.at == '\\'                    ? add_escaped(&inner)
            : *inner.at == '$' || *inner.at == '`' ? expand(&inner, true)
                                                   : (stp_word_add(&inner, *inner.at++, false), 0);
  if (!error && inner.word.bytes)
    stp_word_text_add_all(value, inner.word.bytes);
  stp_word_text_free(&inner.word);
  stp_word_text_free(&inner.pattern);
  return error;
}

void simterpose_wordfree(wordexp_t* result) {
  if (!result || !result->we_wordv)
    return;
  for (size_t i = result->we_offs; result->we_wordv[i]; i++)
    stp_process_free(result->we_wordv[i]);
  stp_process_free((char*)result->we_wordv);
  result->we_wordv = NULL;
}

static int prepare(wordexp_t* result, int flags) {
  if (flags & WRDE_REUSE)
    simterpose_wordfree(result);
  if (flags & WRDE_APPEND)
    return 0;
  if (!(flags & WRDE_DOOFFS))
    result->we_offs = 0;
  result->we_wordc = 0;
  result->we_wordv = stp_heap_alloc_zeroed(stp_me->heap, (result->we_offs + 1) * sizeof(char*));
  return result->we_wordv ? 0 : WRDE_NOSPACE;
}

int simterpose_wordexp(const char* restrict text, wordexp_t* restrict result, int flags) {
  const wordexp_t before = *result;
  int error = prepare(result, flags);
  const size_t kept = result->we_wordc;
  struct stp_words words = {.at = text, .flags = flags, .result = result};
  while (!error && *words.at)
    error = step(&words);
  if (!error)
    error = end_word(&words);
  stp_word_text_free(&words.word);
  stp_word_text_free(&words.pattern);
  if (!error || error == WRDE_NOSPACE)
    return error;
  for (; flags & WRDE_APPEND && result->we_wordc > kept; result->we_wordc--) {
    char** const last = &result->we_wordv[result->we_offs + result->we_wordc - 1];
    stp_process_free(*last);
    *last = NULL;
  }
  if (!(flags & WRDE_APPEND)) {
    simterpose_wordfree(result);
    *result = before;
    if (flags & WRDE_REUSE)
      result->we_wordv = NULL;
  }
  return error;
}
