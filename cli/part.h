/* A run that is a part of something: one of two that are compared (twice.h), one of many with
 * different seeds (sweep.h). It is started with the hidden option `--part=FD:DIRECTORY`: where it
 * writes its result, and its output directory. What it compiles it compiles for all of them, beside
 * the directory that --output names. */
#ifndef CLI_PART_H
#define CLI_PART_H

#include <stddef.h>

#include "run.h"

/* Reads the option's value; returns the directory. */
const char* cli_part_begin(const char* value);

/* In such a run, else they do nothing: how it went, first; what has not come as expected, a row of
 * CLI_PART_CELLS; and how many expectations there are, last. */
void cli_part_result(const struct stp_run_result* result);
void cli_part_failure(const char* const* cells);
void cli_part_expected(size_t count);

enum { CLI_PART_CELLS = 5 };

/* Outside of it: its result, from what it has written there. */
struct cli_part_read {
  const char* summary; /* the first line; null: it has not come so far */
  size_t expected, failures;
  const char* failure[CLI_PART_CELLS]; /* the first */
};

/* Reads a whole result, which stays in use and is changed. */
struct cli_part_read cli_part_parse(char* text);

#endif
