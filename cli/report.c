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
#include "process/process.h"
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

static const char* in(const char* directory, const char* name) {
  char* path;
  if (asprintf(&path, "%s/%s", directory, name) < 0)
    stp_fatal("out of memory");
  return path;
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

struct writer {
  FILE* file;
  unsigned char left[3]; /* bytes that do not make a group of three yet */
  size_t count;
};

static void put_group(struct writer* writer) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const unsigned char* const b = writer->left;
  char text[4] = {digits[b[0] >> 2], digits[(b[0] & 3) << 4 | b[1] >> 4],
                  digits[(b[1] & 15) << 2 | b[2] >> 6], digits[b[2] & 63]};
  for (size_t i = writer->count + 1; i < 4; i++)
    text[i] = '=';
  fwrite(text, 1, sizeof text, writer->file);
  memset(writer->left, 0, sizeof writer->left);
  writer->count = 0;
}

static void put_bytes(struct writer* writer, const unsigned char* bytes, size_t size) {
  for (size_t i = 0; i < size; i++) {
    writer->left[writer->count++] = bytes[i];
    if (writer->count == 3)
      put_group(writer);
  }
}

enum { GZIP = 15 + 16, CHUNK = 1 << 16 };

/* Compresses `in` to `out`, as text. */
static void put_record(FILE* in, FILE* out) {
  static unsigned char plain[CHUNK], packed[CHUNK];
  struct writer writer = {.file = out};
  z_stream stream = {0};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    stp_fatal("out of memory");
  int flush;
  do {
    stream.next_in = plain;
    stream.avail_in = (uInt)fread(plain, 1, sizeof plain, in);
    flush = stream.avail_in == 0 ? Z_FINISH : Z_NO_FLUSH;
    do {
      stream.next_out = packed;
      stream.avail_out = sizeof packed;
      deflate(&stream, flush);
      put_bytes(&writer, packed, sizeof packed - stream.avail_out);
    } while (stream.avail_out == 0);
  } while (flush != Z_FINISH);
  deflateEnd(&stream);
  if (writer.count > 0)
    put_group(&writer);
}

int cli_report(int argc, char** argv) {
  struct options options = {0};
  const struct argp argp = {option_table, parse, "OUTPUT", doc, NULL, NULL, NULL};
  argp_parse(&argp, argc, argv, 0, NULL, &options);
  const char* const record = in(options.directory, "record.jsonl");
  FILE* const recorded = fopen(record, "r");
  if (recorded == NULL && errno == ENOENT)
    stp_fatal("%s: there is no record.jsonl: run it again with --record", options.directory);
  if (recorded == NULL)
    stp_fatal("%s: %m", record);
  size_t before;
  const char* const page = read_page(&before);
  const char* const name =
      options.page != NULL ? options.page : in(options.directory, "report.html");
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
