/* Standard input that somebody types: texts that come at dates, as through a pipe. */
#ifndef STP_TYPED_INPUT_H
#define STP_TYPED_INPUT_H

#include <stdbool.h>
#include <stddef.h>

struct stp_file;

struct stp_typed_text {
  double date; /* s; what is past comes at once */
  const char* text;
  size_t size;
};

/* Texts in the order of their dates. After the last one comes the end of file, unless the input is
 * `kept` open: then nothing more. */
struct stp_typed_input {
  const struct stp_typed_text* texts;
  size_t count;
  bool kept;
};

/* A description to read all of it from, from now on; `input` is borrowed. Never fails. */
struct stp_file* stp_typed_input_open(const struct stp_typed_input* input);

#endif
