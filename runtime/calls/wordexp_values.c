/* What `$` and backquotes stand for: variables, the output of commands, sums. */
#include <ctype.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls/adapter.h"
#include "calls/complain.h"
#include "calls/wordexp.h"
#include "process/hidden.h"

/* ---- commands ---- */

/* The command's output, without newlines at its end. */
static int run(const struct stp_words* words, const char* command, struct stp_word_text* value) {
  if (words->flags & WRDE_NOCMD)
    return WRDE_CMDSUB;
  FILE* const output = simterpose_popen(command, "r");
  if (!output)
    return WRDE_NOSPACE;
  for (int byte; (byte = simterpose_fgetc(output)) != EOF;)
    stp_word_text_add(value, (char)byte);
  simterpose_pclose(output);
  while (value->size > 0 && value->bytes[value->size - 1] == '\n')
    value->bytes[--value->size] = '\0';
  return 0;
}

int stp_word_backquote(struct stp_words* words, struct stp_word_text* value) {
  struct stp_word_text command = {0};
  for (; *words->at != '`'; words->at++) {
    if (*words->at == '\\' && words->at[1] && strchr("$`\\", words->at[1]))
      words->at++;
    if (!*words->at) {
      stp_word_text_free(&command);
      return WRDE_SYNTAX;
    }
    stp_word_text_add(&command, *words->at);
  }
  words->at++;
  const int error = run(words, command.bytes ? command.bytes : "", value);
  stp_word_text_free(&command);
  return error;
}

/* Where what is open at `at` ends: quotes and pairs inside are passed over. Null: nowhere. */
static const char* closing(const char* at, char open, char close) {
  for (int depth = 1; *at; at++) {
    if (*at == '\\' && at[1])
      at++;
    else if (*at == '\'' || *at == '"') {
      const char quote = *at;
      for (at++; *at && *at != quote; at++)
        if (quote == '"' && *at == '\\' && at[1])
          at++;
      if (!*at)
        return NULL;
    } else if (*at == open) {
      depth++;
    } else if (*at == close && --depth == 0) {
      return at;
    }
  }
  return NULL;
}

static char* piece(const char* from, const char* to) {
  char* const copy = stp_process_alloc((size_t)(to - from) + 1);
  return memcpy(copy, from, (size_t)(to - from));
}

/* ---- sums ---- */

struct sum {
  const char* at;
  bool bad;
};

static long read_sum(struct sum* sum);

static void skip_blanks(struct sum* sum) { sum->at += strspn(sum->at, " \t\n"); }

static long read_factor(struct sum* sum) {
  skip_blanks(sum);
  if (*sum->at == '(') {
    sum->at++;
    const long value = read_sum(sum);
    skip_blanks(sum);
    sum->bad |= *sum->at != ')';
    sum->at += *sum->at == ')';
    return value;
  }
  if (*sum->at == '-' || *sum->at == '+')
    return *sum->at++ == '-' ? -read_factor(sum) : read_factor(sum);
  char* end;
  const long value = strtol(sum->at, &end, 0);
  sum->bad |= end == sum->at;
  sum->at = end;
  return value;
}

static long read_product(struct sum* sum) {
  long value = read_factor(sum);
  for (skip_blanks(sum); *sum->at == '*' || *sum->at == '/'; skip_blanks(sum)) {
    const char operation = *sum->at++;
    const long other = read_factor(sum);
    if (operation == '/' && (other == 0 || (value == LONG_MIN && other == -1)))
      sum->bad = true;
    else
      value =
          operation == '*' ? (long)((unsigned long)value * (unsigned long)other) : value / other;
  }
  return value;
}

static long read_sum(struct sum* sum) {
  unsigned long value = (unsigned long)read_product(sum);
  for (skip_blanks(sum); *sum->at == '+' || *sum->at == '-'; skip_blanks(sum)) {
    const char operation = *sum->at++;
    const unsigned long other = (unsigned long)read_product(sum);
    value = operation == '+' ? value + other : value - other;
  }
  return (long)value;
}

static int compute(const struct stp_words* words, const char* text, struct stp_word_text* value) {
  struct stp_word_text expanded = {0};
  const int error = stp_word_inner(words, text, &expanded);
  struct sum sum = {.at = expanded.bytes ? expanded.bytes : ""};
  char number[24] = "0";
  skip_blanks(&sum);
  if (!error && *sum.at) {
    snprintf(number, sizeof number, "%ld", read_sum(&sum));
    skip_blanks(&sum);
    sum.bad |= *sum.at != '\0';
  }
  stp_word_text_free(&expanded);
  if (error || sum.bad)
    return error ? error : WRDE_SYNTAX;
  stp_word_text_add_all(value, number);
  return 0;
}

/* ---- parameters ---- */

/* The value of a variable, or null. $$ is the process; there are no arguments. */
static const char* value_of(const char* name, char* number, size_t room) {
  if (strcmp(name, "$") != 0)
    return simterpose_getenv(name);
  snprintf(number, room, "%d", stp_me->pid);
  return number;
}

/* How long a parameter's name is. */
static size_t name_length(const char* at) {
  if (*at == '$' || isdigit((unsigned char)*at))
    return 1;
  size_t length = 0;
  while (isalnum((unsigned char)at[length]) || at[length] == '_')
    length++;
  return length;
}

/* ${NAME#PATTERN} and its like: what is left of the value. */
static char* trim(const char* value, const char* pattern, char side, bool longest) {
  const size_t length = strlen(value);
  char* const copy = stp_process_strdup(value);
  for (size_t i = 0; i <= length; i++) {
    const size_t size = longest ? length - i : i;
    char* const cut = side == '#' ? copy + size : copy + length - size;
    const char saved = *cut;
    *cut = side == '#' ? '\0' : saved;
    const bool matches = fnmatch(pattern, side == '#' ? copy : cut, 0) == 0;
    *cut = saved;
    if (!matches)
      continue;
    if (side == '#')
      memmove(copy, cut, strlen(cut) + 1);
    else
      *cut = '\0';
    break;
  }
  return copy;
}

/* After the name: "", or an operator with a word. */
static int apply(const struct stp_words* words, const char* name, const char* operation,
                 struct stp_word_text* value, bool* set) {
  char number[16];
  const char* const known = value_of(name, number, sizeof number);
  const bool colon = *operation == ':';
  const char kind = operation[colon];
  const bool usable = known && (!colon || *known);
  struct stp_word_text word = {0};
  if (kind == '#' || kind == '%') {
    const bool longest = operation[1] == kind;
    const int error = stp_word_inner(words, operation + 1 + longest, &word);
    if (!error && known) {
      char* const left = trim(known, word.bytes ? word.bytes : "", kind, longest);
      stp_word_text_add_all(value, left);
      stp_process_free(left);
    }
    stp_word_text_free(&word);
    return error;
  }
  if (!kind || !strchr("-=?+", kind))
    return WRDE_SYNTAX;
  if (kind == '+' ? !usable : usable) {
    *set = kind != '+';
    stp_word_text_add_all(value, kind == '+' ? "" : known);
    return 0;
  }
  const int error = stp_word_inner(words, operation + colon + 1, &word);
  const char* const text = word.bytes ? word.bytes : "";
  if (!error && kind == '?')
    stp_complain("%s: %s\n", name, *text ? text : "parameter null or not set");
  if (!error && kind == '=')
    simterpose_setenv(name, text, 1);
  if (!error)
    stp_word_text_add_all(value, text);
  stp_word_text_free(&word);
  return error ? error : kind == '?' ? WRDE_BADVAL : 0;
}

static int plain(const struct stp_words* words, const char* name, struct stp_word_text* value,
                 bool* set) {
  char number[16];
  const char* const known = value_of(name, number, sizeof number);
  *set = known != NULL;
  if (!known)
    return words->flags & WRDE_UNDEF ? WRDE_BADVAL : 0;
  stp_word_text_add_all(value, known);
  return 0;
}

static int braced(const struct stp_words* words, const char* text, struct stp_word_text* value,
                  bool* set) {
  const bool counts = text[0] == '#' && name_length(text + 1) > 0;
  text += counts;
  const size_t length = name_length(text);
  char* const name = piece(text, text + length);
  const char* const operation = text + length;
  int error = WRDE_SYNTAX;
  if (length > 0 && counts && !*operation) {
    char number[24];
    error = plain(words, name, value, set);
    snprintf(number, sizeof number, "%zu", value->size);
    stp_word_text_free(value);
    stp_word_text_add_all(value, number);
    *set = true;
  } else if (length > 0 && !counts) {
    error = *operation ? apply(words, name, operation, value, set) : plain(words, name, value, set);
  }
  stp_process_free(name);
  return error;
}

int stp_word_dollar(struct stp_words* words, struct stp_word_text* value, bool* set) {
  const char* const start = words->at;
  *set = true;
  if (*start == '{' || *start == '(') {
    const bool sum = start[0] == '(' && start[1] == '(';
    const char* const end = closing(start + 1, *start, *start == '{' ? '}' : ')');
    if (!end || (sum && end[-1] != ')'))
      return WRDE_SYNTAX;
    words->at = end + 1;
    char* const text = sum ? piece(start + 2, end - 1) : piece(start + 1, end);
    const int error = *start == '{' ? braced(words, text, value, set)
                      : sum         ? compute(words, text, value)
                                    : run(words, text, value);
    stp_process_free(text);
    return error;
  }
  const size_t length = name_length(start);
  if (length == 0) { /* a dollar */
    stp_word_text_add(value, '$');
    return 0;
  }
  words->at += length;
  char* const name = piece(start, start + length);
  const int error = plain(words, name, value, set);
  stp_process_free(name);
  return error;
}
