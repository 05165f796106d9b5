/* The merged log. A thread may be ahead of the engine's clock by the work that it has done, so that
 * lines do not come in the order of their dates: those of the future are held back until the clock
 * has reached them, which later lines cannot precede. */
#include "trace/merged.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "engine/engine.h"
#include "process/process.h"
#include "trace/events.h"
#include "trace/log.h"
#include "trace/strace_text.h"

enum { CHUNK = 64 << 10 };

struct line {
  double date;
  struct stp_text text;
  struct line *prev, *next;
};

static const char* path;
static int real;
static struct stp_text ready;
static struct line* held; /* by date, of one date as they came */

static void open_file(void) {
  real = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (real < 0)
    stp_fatal("cannot write %s: %s", path, strerror(errno));
}

static void write_out(void) {
  size_t done = 0;
  while (done < ready.size) {
    const ssize_t written = write(real, ready.start + done, ready.size - done);
    if (written < 0 && errno != EINTR)
      stp_fatal("cannot write %s: %s", path, strerror(errno));
    done += written > 0 ? (size_t)written : 0;
  }
  ready.size = 0;
}

static void release(double until) {
  while (held && held->date <= until) {
    struct line* const line = held;
    DL_DELETE(held, line);
    stp_text_bytes(&ready, line->text.start, line->text.size);
    stp_text_free(&line->text);
    stp_free(line);
  }
}

static void hold(struct line* line) {
  struct line* after = held ? held->prev : NULL; /* utlist: the last one */
  while (after && after->date > line->date)
    after = after == held ? NULL : after->prev;
  if (after)
    DL_APPEND_ELEM(held, after, line);
  else
    DL_PREPEND(held, line);
}

static void put(struct stp_text* text, const struct stp_event_output* event) {
  stp_text_put(text, "[%s %.6f %s] ", event->host->name, event->date, event->file);
  stp_text_bytes(text, event->text, event->size);
  stp_text_bytes(text, "\n", 1);
}

static void output(const struct stp_event_output* event) {
  const double now = stp_engine_now();
  release(now);
  if (event->date <= now) {
    put(&ready, event);
  } else {
    struct line* const line = stp_alloc(sizeof *line);
    line->date = event->date;
    put(&line->text, event);
    hold(line);
  }
  if (ready.size >= CHUNK)
    write_out();
}

static void finish(double end) {
  (void)end;
  release(INFINITY);
  write_out();
  close(real);
}

void stp_merged_start(const char* file) {
  static struct stp_observer observer = {.start = open_file, .output = output, .finish = finish};
  path = file;
  stp_observe(&observer);
}
