/* The command line again, without some of its options: what the runs of a sweep are started with,
 * and what the user is told to type. */
#ifndef CLI_RERUN_H
#define CLI_RERUN_H

#include <argp.h>
#include <utstring.h>

/* While the command line is parsed: the option whose value this is (it must have one) is to be
 * left out. */
void cli_rerun_without(const struct argp_state* state, const char* value);

/* argv[0], then `before` (null-terminated), then what is left of the arguments. */
char** cli_rerun_words(char** argv, const char* const* before);

/* As one types it in a shell: words in quotes where they need them. */
void cli_rerun_show(char* const* words, UT_string* line);

#endif
