/* Options that are left out, in any of their forms: --seeds 1-9, --seeds=1-9, -o DIR, -oDIR, -qo
 * DIR. */
#include "rerun.h"

#include <stdbool.h>
#include <string.h>
#include <utarray.h>

#include "process/process.h"

struct left_out {
  const char* word; /* of argv */
  size_t kept;      /* so many of its first letters stay */
};

static UT_array* left_out;

static void leave_out(const char* word, size_t kept) {
  static const UT_icd icd = {sizeof(struct left_out), NULL, NULL, NULL};
  const struct left_out part = {word, kept};
  if (left_out == NULL)
    utarray_new(left_out, &icd);
  utarray_push_back(left_out, &part);
}

/* `letter`: where the option's own is, if it has one. */
static void leave_out_option(const char* word, size_t letter) {
  const bool alone = word[1] == '-' || letter == 1;
  leave_out(word, alone ? 0 : letter);
}

void cli_rerun_without(const struct argp_state* state, const char* value) {
  const char* const last = state->argv[state->next - 1];
  if (value == last) {
    const char* const option = state->argv[state->next - 2];
    leave_out(last, 0);
    leave_out_option(option, strlen(option) - 1);
  } else {
    leave_out_option(last, (size_t)(value - last) - 1);
  }
}

/* Null: nothing of it. */
static char* what_is_left(char* word) {
  const struct left_out* part = NULL;
  while (left_out != NULL && (part = utarray_next(left_out, part)) != NULL)
    if (part->word == word) {
      char* const rest = stp_strdup(word);
      rest[part->kept] = '\0';
      return part->kept == 0 ? NULL : rest;
    }
  return word;
}

char** cli_rerun_words(char** argv, const char* const* before) {
  size_t most = 0, count = 0;
  while (argv[most] != NULL)
    most++;
  for (size_t i = 0; before[i] != NULL; i++)
    most++;
  char** const words = stp_alloc((most + 1) * sizeof *words);
  words[count++] = argv[0];
  for (; *before != NULL; before++)
    words[count++] = (char*)*before;
  for (size_t i = 1; argv[i] != NULL; i++)
    if ((words[count] = what_is_left(argv[i])) != NULL)
      count++;
  words[count] = NULL;
  return words;
}

/* Braces alone do nothing to a shell: "{rank}". */
static bool is_plain(const char* word) {
  return word[0] != '\0' && strpbrk(word, " \t\n'\"\\|&;<>()$`*?[]!#~") == NULL &&
         (strchr(word, '{') == NULL || (strchr(word, ',') == NULL && strstr(word, "..") == NULL));
}

void cli_rerun_show(char* const* words, UT_string* line) {
  for (size_t i = 0; words[i] != NULL; i++) {
    utstring_printf(line, i == 0 ? "" : " ");
    if (is_plain(words[i])) {
      utstring_printf(line, "%s", words[i]);
      continue;
    }
    utstring_printf(line, "'");
    for (const char* c = words[i]; *c != '\0'; c++)
      utstring_printf(line, *c == '\'' ? "'\\''" : "%c", *c);
    utstring_printf(line, "'");
  }
}
