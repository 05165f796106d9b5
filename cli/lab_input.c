/* Labs: what is typed into processes: `stdin`. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "contents.h"
#include "lab.h"
#include "process/process.h"

static const UT_icd text_icd = {sizeof(struct stp_typed_text), NULL, NULL, NULL};

struct reader {
  UT_array* texts; /* struct stp_typed_text */
  bool kept;
  bool ended; /* an explicit end */
};

static void add(struct reader* reader, double date, const char* text) {
  const struct stp_typed_text typed = {date, text, strlen(text)};
  utarray_push_back(reader->texts, &typed);
}

static char* with_newline(char* text) {
  const size_t length = strlen(text);
  char* line;
  if (length > 0 && text[length - 1] == '\n')
    return text;
  if (asprintf(&line, "%s\n", text) < 0)
    stp_fatal("out of memory");
  return line;
}

/* ---- one piece, at its date ---- */

struct piece {
  double at, after;
  const char *line, *text;
  bool end;
};

static const struct cli_yaml_key piece_keys[] = {
    {"at", cli_yaml_delay, offsetof(struct piece, at)},
    {"after", cli_yaml_delay, offsetof(struct piece, after)},
    {"line", cli_yaml_string, offsetof(struct piece, line)},
    {"text", cli_yaml_string, offsetof(struct piece, text)},
    {"end", cli_yaml_bool, offsetof(struct piece, end)},
    {NULL, NULL, 0},
};

static void read_piece(void* context, struct cli_yaml value) {
  struct reader* const reader = context;
  const struct stp_typed_text* const last =
      (const struct stp_typed_text*)utarray_back(reader->texts);
  const double before = last == NULL ? 0 : last->date;
  struct piece piece = {.at = -1, .after = -1};
  if (reader->ended)
    cli_yaml_fail(value, "nothing can be typed after the end");
  if (!cli_yaml_is_mapping(value)) {
    add(reader, before, with_newline(cli_yaml_text(value, "a line")));
    return;
  }
  cli_yaml_mapping(value, "typed text", piece_keys, &piece);
  if ((piece.line != NULL) + (piece.text != NULL) + piece.end != 1)
    cli_yaml_fail(value, "say what is typed: one of line, text and end");
  if (piece.at >= 0 && piece.after >= 0)
    cli_yaml_fail(value, "at (a date) and after (a delay) exclude each other");
  const double date = piece.at >= 0 ? piece.at : before + (piece.after >= 0 ? piece.after : 0);
  if (date < before)
    cli_yaml_fail(value, "it is typed before what precedes it: order texts by their dates");
  reader->ended = piece.end;
  if (piece.line != NULL)
    add(reader, date, with_newline((char*)piece.line));
  else
    add(reader, date, piece.text != NULL ? piece.text : "");
}

/* ---- all of it ---- */

static void read_text(void* context, struct cli_yaml value) {
  add(context, 0, with_newline(cli_yaml_text(value, "text")));
}

static void read_pieces(void* context, struct cli_yaml value) {
  cli_yaml_each(value, "stdin", read_piece, context);
}

static void read_file(void* context, struct cli_yaml value) {
  struct reader* const reader = context;
  const char* path;
  struct stp_typed_text typed = {0};
  cli_yaml_path(&path, value);
  typed.text = cli_contents(path, &typed.size);
  if (typed.text == NULL)
    cli_yaml_fail(value, "cannot read %s: %s", path, strerror(errno));
  utarray_push_back(reader->texts, &typed);
}

static const struct cli_yaml_key keys[] = {
    {"text", read_text, 0},    {"file", read_file, 0},
    {"lines", read_pieces, 0}, {"open", cli_yaml_bool, offsetof(struct reader, kept)},
    {NULL, NULL, 0},
};

void cli_lab_read_input(void* context, struct cli_yaml value) {
  struct cli_lab_process* const process = context;
  struct reader reader = {.kept = false};
  utarray_new(reader.texts, &text_icd);
  if (cli_yaml_is_mapping(value))
    cli_yaml_mapping(value, "stdin", keys, &reader);
  else if (cli_yaml_is_list(value))
    read_pieces(&reader, value);
  else
    read_text(&reader, value);
  process->has_input = true;
  process->input = (struct stp_typed_input){
      (const struct stp_typed_text*)utarray_front(reader.texts),
      utarray_len(reader.texts),
      reader.kept,
  };
}
