/* Descriptors of processes, after Linux's kernel/fork.c (pidfd_fops). */
#include "file/pidfd.h"

#include <fcntl.h>
#include <poll.h>
#include <utlist.h>

#include "file/description.h"
#include "process/process.h"
#include "process/tree.h"

struct pidfd {
  struct stp_file file;
  struct stp_process* process; /* null: gone */
  struct pidfd *prev, *next;   /* of all that are open */
};

static struct pidfd* all;

static void ended(struct stp_process* process, bool gone) {
  struct pidfd* pidfd;
  DL_FOREACH(all, pidfd) {
    if (pidfd->process != process)
      continue;
    if (gone)
      pidfd->process = NULL;
    stp_file_notify(&pidfd->file);
  }
}

static unsigned pidfd_poll(struct stp_file* file) {
  const struct stp_process* const process = ((struct pidfd*)file)->process;
  return !process || process->zombie ? POLLIN | POLLRDNORM : 0;
}

static void pidfd_close(struct stp_file* file) {
  struct pidfd* const pidfd = (struct pidfd*)file;
  DL_DELETE(all, pidfd);
  stp_free(pidfd);
}

static const struct stp_file_ops operations = {
    .kind = "pidfd", .poll = pidfd_poll, .close = pidfd_close};

bool stp_is_pidfd(const struct stp_file* file) { return file->ops == &operations; }

struct stp_file* stp_pidfd_create(struct stp_process* process, int flags) {
  struct pidfd* const pidfd = stp_alloc(sizeof *pidfd);
  stp_file_init(&pidfd->file, &operations, O_RDWR | flags);
  pidfd->process = process;
  DL_APPEND(all, pidfd);
  stp_tree_watcher = ended;
  return &pidfd->file;
}

struct stp_process* stp_pidfd_process(const struct stp_file* file) {
  return ((const struct pidfd*)file)->process;
}
