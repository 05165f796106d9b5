/* Instances with their queues of events, and watches, each in two lists: of its instance and of its
 * file. After Linux's fs/notify/inotify. */
#include "file/inotify.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utlist.h>

#include "file/bytes.h"
#include "file/description.h"
#include "file/inode.h"
#include "file/paths.h"
#include "file/permission.h"
#include "process/process.h"
#include "time/spin.h"

/* As in /proc/sys/fs/inotify. */
enum { MAX_EVENTS = 16384, MAX_WATCHES = 65536 };

unsigned stp_inotify_watches;

struct event {
  struct event *prev, *next;
  struct inotify_event event; /* its flexible member holds the name, padded with zeros */
};

struct instance {
  struct stp_file file;
  struct event* queue;
  unsigned count;
  int last_number;
  struct stp_inode_watch* watches;
};

struct stp_inode_watch {
  struct instance* instance;
  struct stp_inode* inode;
  int number;
  uint32_t mask;
  struct stp_inode_watch *prev, *next; /* of the instance */
  struct stp_inode_watch *prev_of_inode, *next_of_inode;
};

/* ---- events ---- */

static bool same(const struct inotify_event* a, const struct inotify_event* b) {
  return a->wd == b->wd && a->mask == b->mask && !(a->mask & IN_IGNORED) && a->len == b->len &&
         memcmp(a->name, b->name, a->len) == 0;
}

static void enqueue(struct instance* instance, int number, uint32_t mask, uint32_t cookie,
                    const char* name) {
  const size_t unit = sizeof(struct inotify_event);
  const size_t length = name ? (strlen(name) + unit) / unit * unit : 0;
  struct event* const added = stp_alloc(sizeof *added + length);
  added->event = (struct inotify_event){number, mask, cookie, (uint32_t)length};
  if (name)
    memcpy(added->event.name, name, strlen(name));
  if (instance->queue && same(&instance->queue->prev->event, &added->event)) {
    stp_free(added);
    return;
  }
  DL_APPEND(instance->queue, added);
  instance->count++;
  stp_file_notify_for(&instance->file, POLLIN | POLLRDNORM);
}

static void put_event(struct instance* instance, int number, uint32_t mask, uint32_t cookie,
                      const char* name) {
  if (instance->count < MAX_EVENTS)
    enqueue(instance, number, mask, cookie, name);
  else if (instance->count == MAX_EVENTS)
    enqueue(instance, -1, IN_Q_OVERFLOW, 0, NULL);
}

static void drop(struct stp_inode_watch* watch) {
  put_event(watch->instance, watch->number, IN_IGNORED, 0, NULL);
  DL_DELETE(watch->instance->watches, watch);
  DL_DELETE2(*stp_inode_watches(watch->inode), watch, prev_of_inode, next_of_inode);
  stp_inotify_watches--;
  stp_free(watch);
}

static void tell(struct stp_inode* inode, uint32_t mask, uint32_t cookie, const char* name,
                 bool unlinked) {
  struct stp_inode_watch *watch, *next;
  for (watch = *stp_inode_watches(inode); watch; watch = next) {
    next = watch->next_of_inode;
    if (!(watch->mask & mask & IN_ALL_EVENTS) || (unlinked && watch->mask & IN_EXCL_UNLINK))
      continue;
    put_event(watch->instance, watch->number, mask, cookie, name);
    if (watch->mask & IN_ONESHOT)
      drop(watch);
  }
}

/* The record of the directory of a path, if anybody may watch it. */
static struct stp_inode* directory_of(const struct stp_host* host, const char* path) {
  const char* const slash = strrchr(path, '/');
  char real[2 * PATH_MAX];
  struct stat stat;
  if (!slash)
    return NULL;
  snprintf(real, sizeof real, "%s%.*s", host->directory, (int)(slash - path), path);
  return lstat(real, &stat) == 0 ? stp_inode_known(host, stat.st_dev, stat.st_ino) : NULL;
}

void stp_notify_self(struct stp_inode* inode, uint32_t mask) {
  if (stp_inotify_watches > 0)
    tell(inode, mask, 0, NULL, false);
}

static void tell_directory(const struct stp_host* host, const char* path, uint32_t mask,
                           uint32_t cookie, bool unlinked) {
  struct stp_inode* const directory = directory_of(host, path);
  if (directory && path[1])
    tell(directory, mask, cookie, strrchr(path, '/') + 1, unlinked);
}

void stp_notify_entry(const struct stp_host* host, const char* path, uint32_t mask,
                      uint32_t cookie) {
  if (stp_inotify_watches > 0)
    tell_directory(host, path, mask, cookie, false);
}

void stp_notify_watched(struct stp_inode* inode, uint32_t mask) {
  const char* const path = stp_inode_path(inode);
  if (path)
    tell_directory(stp_inode_host(inode), path, mask, 0, stp_inode_is_nameless(inode));
  tell(inode, mask, 0, NULL, false);
}

/* vfs_link: those who watch the file see that its count of links changed, the directory a new
 * entry.
 */
void stp_notify_named(const struct stp_location* location, const struct stat* real) {
  struct stp_inode* const inode = stp_inode_of(real->st_dev, real->st_ino);
  stp_inode_changed(inode);
  stp_path_touch_parent(location->path);
  stp_notify_self(inode, IN_ATTRIB);
  stp_notify_entry(stp_me->host, location->path, IN_CREATE, 0);
}

uint32_t stp_notify_cookie(void) {
  static uint32_t last;
  return ++last;
}

void stp_inotify_gone(struct stp_inode* inode) {
  if (!*stp_inode_watches(inode))
    return;
  tell(inode, IN_DELETE_SELF, 0, NULL, false);
  while (*stp_inode_watches(inode))
    drop(*stp_inode_watches(inode));
}

/* ---- instances ---- */

static ssize_t inotify_read(struct stp_file* file, const struct iovec* vectors, int count,
                            off_t offset) {
  struct instance* const instance = (struct instance*)file;
  if (offset != -1)
    return -ESPIPE;
  while (!instance->queue) {
    if (stp_file_nonblocking(file)) {
      stp_spin_check();
      return -EAGAIN;
    }
    const int error = stp_wait(&file->changed, INFINITY);
    if (error < 0)
      return error;
  }
  struct stp_cursor to = {vectors, count, 0};
  size_t total = 0;
  while (instance->queue) {
    struct event* const first = instance->queue;
    const size_t size = sizeof first->event + first->event.len;
    if (size > stp_cursor_left(&to))
      break;
    total += stp_cursor_store(&to, &first->event, size);
    DL_DELETE(instance->queue, first);
    instance->count--;
    stp_free(first);
  }
  return total > 0 ? (ssize_t)total : -EINVAL;
}

static unsigned inotify_poll(struct stp_file* file) {
  return ((const struct instance*)file)->queue ? POLLIN | POLLRDNORM : 0;
}

static int inotify_ioctl(struct stp_file* file, unsigned long request, void* argument) {
  if (request != FIONREAD)
    return -ENOTTY;
  int size = 0;
  const struct event* event;
  DL_FOREACH(((const struct instance*)file)->queue, event)
  size += (int)(sizeof event->event + event->event.len);
  *(int*)argument = size;
  return 0;
}

static void inotify_close(struct stp_file* file) {
  struct instance* const instance = (struct instance*)file;
  while (instance->watches)
    drop(instance->watches);
  struct event *event, *next;
  DL_FOREACH_SAFE(instance->queue, event, next) stp_free(event);
  stp_free(instance);
}

static const struct stp_file_ops inotify_ops = {
    .kind = "inotify",
    .async = true,
    .read = inotify_read,
    .poll = inotify_poll,
    .ioctl = inotify_ioctl,
    .close = inotify_close,
};

struct stp_file* stp_inotify_create(int flags) {
  struct instance* const instance = stp_alloc(sizeof *instance);
  stp_file_init(&instance->file, &inotify_ops, O_RDONLY | flags);
  return &instance->file;
}

/* ---- watches ---- */

/* The file to be watched, in the host's directory. */
static int find_inode(const char* path, uint32_t mask, struct stp_inode** inode) {
  STP_LOCATION location = {0};
  int error = stp_path_existing(AT_FDCWD, path, !(mask & IN_DONT_FOLLOW), &location);
  if (error == 0 && mask & IN_ONLYDIR && !stp_location_is_directory(&location))
    error = -ENOTDIR;
  if (error == 0)
    error = stp_location_permits(&location, R_OK);
  if (error == 0)
    error = stp_path_copy_up(&location, false);
  if (error == 0)
    *inode = stp_inode_of(location.real.st_dev, location.real.st_ino);
  return error;
}

static int change_watch(struct stp_inode_watch* watch, uint32_t mask) {
  if (mask & IN_MASK_CREATE)
    return -EEXIST;
  watch->mask = mask & IN_MASK_ADD ? watch->mask | mask : mask;
  return watch->number;
}

int stp_inotify_add(struct stp_file* file, const char* path, uint32_t mask) {
  struct instance* const instance = (struct instance*)file;
  const uint32_t flags = IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK | IN_MASK_ADD |
                         IN_MASK_CREATE | IN_ISDIR | IN_ONESHOT;
  if (file->ops != &inotify_ops || !(mask & (IN_ALL_EVENTS | flags)) ||
      (mask & IN_MASK_ADD && mask & IN_MASK_CREATE))
    return -EINVAL;
  struct stp_inode* inode = NULL;
  const int error = find_inode(path, mask, &inode);
  if (error < 0)
    return error;
  struct stp_inode_watch* watch;
  DL_FOREACH2(*stp_inode_watches(inode), watch, next_of_inode)
  if (watch->instance == instance)
    return change_watch(watch, mask);
  if (stp_inotify_watches >= MAX_WATCHES)
    return -ENOSPC;
  watch = stp_alloc(sizeof *watch);
  watch->instance = instance;
  watch->inode = inode;
  watch->number = ++instance->last_number;
  watch->mask = mask;
  DL_APPEND(instance->watches, watch);
  DL_APPEND2(*stp_inode_watches(inode), watch, prev_of_inode, next_of_inode);
  stp_inotify_watches++;
  return watch->number;
}

int stp_inotify_remove(struct stp_file* file, int number) {
  if (file->ops != &inotify_ops)
    return -EINVAL;
  struct stp_inode_watch* watch;
  DL_FOREACH(((struct instance*)file)->watches, watch)
  if (watch->number == number) {
    drop(watch);
    return 0;
  }
  return -EINVAL;
}
