/* Typed input. It has no other end: a timer brings the next text. */
#include "file/typed_input.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "engine/engine.h"
#include "file/bytes.h"
#include "file/description.h"
#include "process/process.h"
#include "time/spin.h"

struct typed {
  struct stp_file file;
  const struct stp_typed_input* input;
  size_t arrived;      /* texts that have come */
  size_t next, offset; /* where reading goes on: text, byte of it */
  struct stp_timer* timer;
};

/* Drops what has been read to its end. */
static void settle(struct typed* typed) {
  while (typed->next < typed->arrived && typed->offset == typed->input->texts[typed->next].size) {
    typed->next++;
    typed->offset = 0;
  }
}

static bool has_bytes(struct typed* typed) {
  settle(typed);
  return typed->next < typed->arrived;
}

static bool at_end(const struct typed* typed) {
  return typed->next == typed->input->count && !typed->input->kept;
}

static void arrive(void* argument) {
  struct typed* const typed = argument;
  const struct stp_typed_input* const input = typed->input;
  typed->timer = NULL;
  while (typed->arrived < input->count && input->texts[typed->arrived].date <= stp_engine_now())
    typed->arrived++;
  if (typed->arrived < input->count)
    typed->timer = stp_engine_timer(input->texts[typed->arrived].date, arrive, typed);
  stp_file_notify(&typed->file);
}

static ssize_t typed_read(struct stp_file* file, const struct iovec* vectors, int count,
                          off_t offset) {
  struct typed* const typed = (struct typed*)file;
  if (offset != -1)
    return -ESPIPE;
  struct stp_cursor to = {vectors, count, 0};
  if (stp_cursor_left(&to) == 0)
    return 0;
  while (!has_bytes(typed)) {
    if (at_end(typed))
      return 0;
    if (stp_file_nonblocking(file)) {
      stp_spin_check();
      return -EAGAIN;
    }
    const int result = stp_wait(&file->changed, INFINITY);
    if (result < 0)
      return result;
  }
  size_t total = 0;
  for (size_t stored = 1; stored > 0 && has_bytes(typed); total += stored) {
    const struct stp_typed_text* const text = &typed->input->texts[typed->next];
    stored = stp_cursor_store(&to, text->text + typed->offset, text->size - typed->offset);
    typed->offset += stored;
  }
  return (ssize_t)total;
}

static unsigned typed_poll(struct stp_file* file) {
  struct typed* const typed = (struct typed*)file;
  return has_bytes(typed) ? POLLIN | POLLRDNORM : at_end(typed) ? POLLHUP : 0;
}

static int typed_ioctl(struct stp_file* file, unsigned long request, void* argument) {
  struct typed* const typed = (struct typed*)file;
  if (request != FIONREAD)
    return -ENOTTY;
  size_t total = 0;
  settle(typed);
  for (size_t i = typed->next; i < typed->arrived; i++)
    total += typed->input->texts[i].size;
  *(int*)argument = (int)(total - typed->offset);
  return 0;
}

static int typed_stat(struct stp_file* file, struct stat* result) {
  (void)file;
  *result = (struct stat){.st_mode = S_IFIFO | 0600, .st_nlink = 1, .st_blksize = 4096};
  return 0;
}

static void typed_close(struct stp_file* file) {
  struct typed* const typed = (struct typed*)file;
  if (typed->timer != NULL)
    stp_engine_timer_cancel(typed->timer);
  stp_free(typed);
}

static const struct stp_file_ops operations = {
    .kind = "typed input",
    .read = typed_read,
    .poll = typed_poll,
    .ioctl = typed_ioctl,
    .stat = typed_stat,
    .close = typed_close,
};

struct stp_file* stp_typed_input_open(const struct stp_typed_input* input) {
  struct typed* const typed = stp_alloc(sizeof *typed);
  stp_file_init(&typed->file, &operations, O_RDONLY);
  typed->input = input;
  arrive(typed);
  return &typed->file;
}
