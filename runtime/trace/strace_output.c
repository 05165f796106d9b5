/* Files of traced lines. A file is open only while a chunk is written to it: there may be one for
 * each of 10,000 processes. */
#include "trace/strace_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utlist.h>

#include "process/process.h"
#include "trace/log.h"

enum { CHUNK = 16 << 10 };

static struct stp_strace_sink* sinks;
static struct stp_strace_sink* merged; /* null: each process has its own */

static bool is_terminal(const struct stp_strace_sink* sink) { return strcmp(sink->path, "-") == 0; }

static int open_file(struct stp_strace_sink* sink) {
  if (is_terminal(sink)) {
    if (stp_log_before)
      stp_log_before();
    return STDERR_FILENO;
  }
  const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
                    (sink->made ? 0 : O_TRUNC);
  int real = open(sink->path, flags, 0666);
  if (real < 0 && errno == ENOENT && sink->directory) {
    mkdir(sink->directory, 0777);
    real = open(sink->path, flags, 0666);
  }
  if (real < 0)
    stp_fatal("cannot write %s: %s", sink->path, strerror(errno));
  sink->made = true;
  return real;
}

static void flush(struct stp_strace_sink* sink) {
  const char* text = sink->text.start;
  size_t left = sink->text.size;
  if (left == 0)
    return;
  sink->text.size = 0;
  const int real = open_file(sink);
  while (left > 0) {
    const ssize_t written = write(real, text, left);
    if (written < 0 && errno != EINTR && errno != EAGAIN)
      stp_fatal("cannot write %s: %s", sink->path, strerror(errno));
    if (written > 0) {
      text += written;
      left -= (size_t)written;
    }
  }
  if (real != STDERR_FILENO)
    close(real);
}

void stp_strace_output_line(struct stp_strace_sink* sink) {
  if (sink->text.size >= CHUNK || is_terminal(sink))
    flush(sink);
}

void stp_strace_output_flush(const char* ending) {
  struct stp_strace_sink* sink;
  DL_FOREACH(sinks, sink) {
    if (sink->open != 0 && ending) {
      stp_text_put(&sink->text, "%s", ending);
      sink->open = 0;
    }
    if (sink->open == 0)
      flush(sink);
  }
}

static struct stp_strace_sink* sink_new(char* path, const char* directory) {
  struct stp_strace_sink* const sink = stp_alloc(sizeof *sink);
  sink->path = path;
  sink->directory = directory;
  DL_APPEND(sinks, sink);
  return sink;
}

void stp_strace_output_start(const char* file) {
  merged = file ? sink_new(stp_strdup(file), NULL) : NULL;
}

struct stp_strace_sink* stp_strace_sink_open(const struct stp_process* process) {
  if (merged)
    return merged;
  static const char format[] = "%s/%s.strace";
  const char* const directory = process->host->directory;
  const size_t size = strlen(directory) + strlen(process->label) + sizeof format;
  char* const path = stp_alloc(size);
  snprintf(path, size, format, directory, process->label);
  return sink_new(path, directory);
}

void stp_strace_sink_close(struct stp_strace_sink* sink) {
  flush(sink);
  if (sink == merged)
    return;
  DL_DELETE(sinks, sink);
  stp_text_free(&sink->text);
  stp_free(sink->path);
  stp_free(sink);
}
