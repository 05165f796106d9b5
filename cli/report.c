/* simterpose report: one page of HTML that shows a run, made from its record (docs/record.md). The
 * page itself, with its scripts, is built from report/; the record is put into it, compressed. */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "beside.h"
#include "command.h"
#include "contents.h"
#include "deployment.h"
#include "outdir.h"
#include "process/process.h"
#include "trace/base64.h"
#include "trace/log.h"

static const char doc[] =
    "Makes one page of HTML from the output of a run that was recorded: hosts and their messages "
    "as a space-time diagram, consoles, links, processes, faults. It needs no server and no "
    "network: open it in any browser, send it to anyone."
    "\v"
    "  simterpose run --record lab.yaml\n"
    "  simterpose report simterpose-out\n"
    "\n"
    "writes simterpose-out/report.html. With --record=BYTES so much of each message is kept to be "
    "looked at.";

static const struct argp_option option_table[] = {
    {"output", 'o', "FILE", 0, "Where the page goes (default: report.html in OUTPUT)", 0},
    {0},
};

struct options {
  const char *directory, *page;
};

static error_t parse(int key, char* value, struct argp_state* state) {
  struct options* const options = state->input;
  switch (key) {
  case 'o':
    options->page = value;
    return 0;
  case ARGP_KEY_ARG:
    if (options->directory != NULL)
      argp_error(state, "one output directory at a time");
    options->directory = value;
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_error(state, "say of which run: its output directory");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* ---- the page ---- */

/* The script element that the record goes into; the page has it once. */
static const char place[] = "<script id=\"record\" type=\"text/plain\">";

static const char* read_page(size_t* before) {
  static const char* const places[] = {"../share/simterpose/report.html", "../report/report.html"};
  char path[PATH_MAX];
  size_t size;
  cli_beside(places, sizeof places / sizeof *places, path);
  const char* const page = cli_contents(path, &size);
  const char* const found = page == NULL ? NULL : strstr(page, place);
  if (found == NULL)
    stp_fatal("%s is not the page that simterpose report fills in", path);
  *before = (size_t)(found - page) + sizeof place - 1;
  return page;
}

/* ---- the record, as gzip and base64 ---- */

enum { GZIP = 15 + 16, CHUNK = 3 << 15 }; /* bytes; a multiple of three */

/* Compresses `in` to `out`, as text: a full buffer at a time. */
static void put_record(FILE* in, FILE* out) {
  static unsigned char plain[CHUNK], packed[CHUNK];
  static char text[STP_BASE64_LENGTH(CHUNK)];
  z_stream stream = {0};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    stp_fatal("out of memory");
  bool all_read = false;
  int state = Z_OK;
  while (state != Z_STREAM_END) {
    stream.next_out = packed;
    stream.avail_out = sizeof packed;
    while (stream.avail_out > 0 && state != Z_STREAM_END) {
      if (stream.avail_in == 0 && !all_read) {
        stream.next_in = plain;
        stream.avail_in = (uInt)fread(plain, 1, sizeof plain, in);
        all_read = stream.avail_in == 0;
      }
      state = deflate(&stream, all_read ? Z_FINISH : Z_NO_FLUSH);
    }
    fwrite(text, 1, stp_base64(text, packed, sizeof packed - stream.avail_out), out);
  }
  deflateEnd(&stream);
}

int cli_report(int argc, char** argv) {
  struct options options = {0};
  const struct argp argp = {option_table, parse, "OUTPUT", doc, NULL, NULL, NULL};
  argp_parse(&argp, argc, argv, 0, NULL, &options);
  const char* const record = cli_outdir_file(options.directory, "record.jsonl", "--record");
  FILE* const recorded = fopen(record, "r");
  if (recorded == NULL)
    stp_fatal("%s: %m", record);
  size_t before;
  const char* const page = read_page(&before);
  const char* const name =
      options.page != NULL ? options.page : cli_relative_to(options.directory, "report.html");
  FILE* const file = fopen(name, "w");
  if (file == NULL)
    stp_fatal("%s: %m", name);
  fwrite(page, 1, before, file);
  put_record(recorded, file);
  fputs(page + before, file);
  if (ferror(recorded))
    stp_fatal("%s: %m", record);
  const bool failed = ferror(file);
  if (fclose(file) != 0 || failed)
    stp_fatal("%s: %m", name);
  fclose(recorded);
  printf("%s\n", name);
  return 0;
}
