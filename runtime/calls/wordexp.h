/* What the parts of wordexp share: the word that is being made, and the values that stand for `$`
 * and backquotes. Everything lies in the process's heap. Functions return 0 or WRDE_... */
#ifndef STP_WORDEXP_H
#define STP_WORDEXP_H

#include <stdbool.h>
#include <stddef.h>
#include <wordexp.h>

/* Text that grows. Zero-initialised is empty, without a block. */
struct stp_word_text {
  char* bytes; /* ends with a null */
  size_t size;
};
void stp_word_text_add(struct stp_word_text* text, char byte);
void stp_word_text_add_all(struct stp_word_text* text, const char* more);
void stp_word_text_free(struct stp_word_text* text);

/* An expansion under way: `at` is what comes next. */
struct stp_words {
  const char* at;
  int flags;
  wordexp_t* result;
  struct stp_word_text word;    /* as text, and ... */
  struct stp_word_text pattern; /* ... for glob: what is quoted has a backslash before it */
  bool has_word;                /* it exists, maybe empty; */
  bool is_pattern;              /* it has *, ? or [ unquoted */
};

/* A byte that is not quoted and one that is, to the word. */
void stp_word_add(struct stp_words* words, char byte, bool quoted);

/* After `$`: a parameter, ${...}, $(...) or $((...)); after a backquote. Appends the value. `*set`:
 * there is one. */
int stp_word_dollar(struct stp_words* words, struct stp_word_text* value, bool* set);
int stp_word_backquote(struct stp_words* words, struct stp_word_text* value);

/* The text of a word inside ${...}: with its own expansions, quotes removed. */
int stp_word_inner(const struct stp_words* words, const char* text, struct stp_word_text* value);

#endif
