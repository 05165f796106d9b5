/* The descriptors of a process: an array grown on demand, and a bitmap of the numbers in use with
 * the lowest that may be free, so that "lowest free first" costs a few instructions even with
 * 10,000 open. */
#include "file/fdtable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "file/description.h"
#include "file/device.h"
#include "file/locks.h"
#include "file/output.h"
#include "process/identity.h"
#include "process/process.h"

enum { FIRST_CAPACITY = 64, WORD = 64 };

struct entry {
  struct stp_file* file;
  unsigned holds : 31; /* of this file through this number */
  unsigned close_on_exec : 1;
};

/* A description whose number was taken away while a call was using it. */
struct orphan {
  int fd;
  unsigned holds;
  struct stp_file* file;
  struct orphan* next;
};

struct stp_fdtable {
  struct entry* entries;
  uint64_t* used;
  int capacity; /* of entries; a multiple of WORD */
  int lowest;   /* no number below is free */
  struct orphan* orphans;
  struct stp_process* process;
};

static struct entry* find(const struct stp_fdtable* table, int fd) {
  if (fd < 0 || fd >= table->capacity || !table->entries[fd].file)
    return NULL;
  return &table->entries[fd];
}

static void* grow_zeroed(void* block, size_t old_size, size_t new_size) {
  char* grown = stp_alloc(new_size);
  if (block)
    memcpy(grown, block, old_size);
  stp_free(block);
  return grown;
}

static void reserve(struct stp_fdtable* table, int fd) {
  int capacity = table->capacity ? table->capacity : FIRST_CAPACITY;
  while (capacity <= fd)
    capacity *= 2;
  if (capacity == table->capacity)
    return;
  table->entries = grow_zeroed(table->entries, (size_t)table->capacity * sizeof *table->entries,
                               (size_t)capacity * sizeof *table->entries);
  table->used = grow_zeroed(table->used, (size_t)table->capacity / 8, (size_t)capacity / 8);
  table->capacity = capacity;
}

static int lowest_free(const struct stp_fdtable* table, int minimum) {
  int fd = minimum > table->lowest ? minimum : table->lowest;
  if (fd >= table->capacity)
    return fd;
  int word = fd / WORD;
  uint64_t free_bits = ~table->used[word] & (~UINT64_C(0) << fd % WORD);
  while (free_bits == 0 && ++word < table->capacity / WORD)
    free_bits = ~table->used[word];
  return free_bits ? word * WORD + __builtin_ctzll(free_bits) : table->capacity;
}

static int last_used(const struct stp_fdtable* table) {
  for (int word = table->capacity / WORD - 1; word >= 0; word--)
    if (table->used[word])
      return word * WORD + WORD - 1 - __builtin_clzll(table->used[word]);
  return -1;
}

static void put(struct stp_fdtable* table, int fd, struct stp_file* file, bool close_on_exec) {
  reserve(table, fd);
  table->entries[fd] = (struct entry){.file = file, .close_on_exec = close_on_exec};
  table->used[fd / WORD] |= UINT64_C(1) << fd % WORD;
  if (fd == table->lowest)
    table->lowest = fd + 1;
}

/* Empties an entry; its reference goes to the calls that still use it, or is dropped. */
static void take_away(struct stp_fdtable* table, int fd) {
  const struct entry old = table->entries[fd];
  table->entries[fd] = (struct entry){0};
  table->used[fd / WORD] &= ~(UINT64_C(1) << fd % WORD);
  if (fd < table->lowest)
    table->lowest = fd;
  if (old.file->ops->detach)
    old.file->ops->detach(old.file, table->process);
  if (old.holds == 0) {
    stp_file_unref(old.file);
    return;
  }
  struct orphan* orphan = stp_alloc(sizeof *orphan);
  *orphan = (struct orphan){fd, old.holds, old.file, table->orphans};
  table->orphans = orphan;
}

struct stp_file* stp_fd_get(int fd) {
  const struct entry* entry = find(stp_me->fds, fd);
  return entry ? entry->file : NULL;
}

struct stp_hold stp_fd_hold(int fd) {
  struct entry* entry = find(stp_me->fds, fd);
  if (!entry)
    return (struct stp_hold){fd, NULL};
  entry->holds++;
  struct stp_thread* const thread = stp_self;
  if (thread->held_count < sizeof thread->held / sizeof *thread->held)
    thread->held[thread->held_count++] =
        (struct stp_held){__builtin_frame_address(0), entry->file, fd};
  return (struct stp_hold){fd, entry->file};
}

/* Takes a hold, most often the last, off the thread's list; one of too many is not there. */
static void forget_held(const struct stp_hold* hold) {
  struct stp_thread* const thread = stp_self;
  unsigned i = thread->held_count;
  while (i > 0 && (thread->held[i - 1].file != hold->file || thread->held[i - 1].fd != hold->fd))
    i--;
  if (i == 0)
    return;
  thread->held_count--;
  for (; i <= thread->held_count; i++)
    thread->held[i - 1] = thread->held[i];
}

void stp_fd_release(struct stp_hold* hold) {
  if (!hold->file)
    return;
  forget_held(hold);
  struct stp_fdtable* table = stp_me->fds;
  struct entry* entry = find(table, hold->fd);
  if (entry && entry->file == hold->file && entry->holds > 0) {
    entry->holds--;
    hold->file = NULL;
    return;
  }
  struct orphan** link = &table->orphans;
  while (*link && ((*link)->fd != hold->fd || (*link)->file != hold->file))
    link = &(*link)->next;
  hold->file = NULL;
  if (!*link)
    return; /* the parent's: a signal handler has forked */
  struct orphan* orphan = *link;
  if (!orphan) /* a signal handler forked during the call: the hold is the parent's */
    return;
  if (--orphan->holds > 0)
    return;
  *link = orphan->next;
  stp_file_unref(orphan->file);
  stp_free(orphan);
}

void stp_fd_release_below(const void* frame) {
  while (stp_self->held_count > 0) {
    const struct stp_held last = stp_self->held[stp_self->held_count - 1];
    if ((uintptr_t)last.frame > (uintptr_t)frame)
      return;
    struct stp_hold hold = {last.fd, last.file};
    stp_fd_release(&hold);
  }
}

void stp_fd_adopt(struct stp_file* file) {
  struct stp_fdtable* table = stp_me->fds;
  struct orphan* orphan = stp_alloc(sizeof *orphan);
  *orphan = (struct orphan){-1, 1, file, table->orphans};
  table->orphans = orphan;
}

void stp_fd_disown(struct stp_file* file) {
  struct orphan** link = &stp_me->fds->orphans;
  while ((*link)->fd >= 0 || (*link)->file != file)
    link = &(*link)->next;
  struct orphan* orphan = *link;
  *link = orphan->next;
  stp_free(orphan);
}

/* RLIMIT_NOFILE, soft. */
static int limit_of(const struct stp_fdtable* table) {
  const rlim_t limit = stp_identity_of(table->process)->limits[RLIMIT_NOFILE].rlim_cur;
  return limit < STP_FD_LIMIT ? (int)limit : STP_FD_LIMIT;
}

static int install(struct stp_fdtable* table, struct stp_file* file, int minimum,
                   bool close_on_exec) {
  int error = -EINVAL;
  const int limit = limit_of(table);
  if (minimum >= 0 && minimum < limit) {
    int fd = lowest_free(table, minimum);
    if (fd < limit) {
      put(table, fd, file, close_on_exec);
      return fd;
    }
    error = -EMFILE;
  }
  stp_file_unref(file);
  return error;
}

int stp_fd_install(struct stp_file* file, int minimum, bool close_on_exec) {
  return install(stp_me->fds, file, minimum, close_on_exec);
}

int stp_fd_install_in(struct stp_process* process, struct stp_file* file, int minimum,
                      bool close_on_exec) {
  return install(process->fds, file, minimum, close_on_exec);
}

static int replace(struct stp_fdtable* table, int fd, struct stp_file* file, bool close_on_exec) {
  if (fd < 0 || fd >= limit_of(table)) {
    stp_file_unref(file);
    return -EBADF;
  }
  if (find(table, fd))
    take_away(table, fd);
  put(table, fd, file, close_on_exec);
  return fd;
}

int stp_fd_replace(int fd, struct stp_file* file, bool close_on_exec) {
  return replace(stp_me->fds, fd, file, close_on_exec);
}

int stp_fd_replace_in(struct stp_process* process, int fd, struct stp_file* file,
                      bool close_on_exec) {
  return replace(process->fds, fd, file, close_on_exec);
}

int stp_fd_close(int fd) {
  if (!find(stp_me->fds, fd))
    return -EBADF;
  take_away(stp_me->fds, fd);
  return 0;
}

bool stp_fd_close_on_exec(int fd) {
  const struct entry* entry = find(stp_me->fds, fd);
  return entry && entry->close_on_exec;
}

void stp_fd_set_close_on_exec(int fd, bool on) {
  struct entry* entry = find(stp_me->fds, fd);
  if (entry)
    entry->close_on_exec = on;
}

int stp_fd_next(int minimum) {
  const struct stp_fdtable* table = stp_me->fds;
  for (int fd = minimum < 0 ? 0 : minimum; fd < table->capacity; fd++)
    if (table->entries[fd].file)
      return fd;
  return -1;
}

int stp_fd_limit(void) { return limit_of(stp_me->fds); }

/* Files of all processes are real descriptors of this one. */
static void raise_real_limit(void) {
  static bool raised;
  struct rlimit limit;
  if (raised || getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  raised = true;
}

static void start(struct stp_process* process) {
  raise_real_limit();
  process->fds = stp_alloc(sizeof *process->fds);
  process->fds->process = process;
  stp_fd_install_in(process, stp_device_open(STP_DEV_NULL, O_RDONLY), STDIN_FILENO, false);
  stp_fd_install_in(process, stp_output_open(process, false), STDOUT_FILENO, false);
  stp_fd_install_in(process, stp_output_open(process, true), STDERR_FILENO, false);
}

/* Of threads that never run again. */
static void drop_holds(struct stp_fdtable* table) {
  stp_locks_end(table->process);
  for (int fd = 0; fd < table->capacity; fd++)
    table->entries[fd].holds = 0;
  while (table->orphans) {
    struct orphan* orphan = table->orphans;
    table->orphans = orphan->next;
    stp_file_unref(orphan->file);
    stp_free(orphan);
  }
}

static void end(struct stp_process* process) {
  struct stp_fdtable* table = process->fds;
  drop_holds(table);
  for (int fd = 0; fd < table->capacity; fd++)
    if (table->entries[fd].file)
      take_away(table, fd);
  stp_free(table->entries);
  stp_free(table->used);
  stp_free(table);
  process->fds = NULL;
}

/* The child refers to the same descriptions by the same numbers; no call of its is under way. */
static void fork_table(struct stp_process* child, struct stp_process* parent) {
  const struct stp_fdtable* from = parent->fds;
  struct stp_fdtable* table = child->fds = stp_alloc(sizeof *table);
  table->process = child;
  const int last = last_used(from);
  if (last < 0)
    return;
  reserve(table, last);
  for (int fd = 0; fd <= last; fd++)
    if (from->entries[fd].file)
      put(table, fd, stp_file_ref(from->entries[fd].file), from->entries[fd].close_on_exec);
  table->lowest = from->lowest;
}

/* The threads that were using descriptors are gone. */
static void exec_table(struct stp_process* process) {
  struct stp_fdtable* table = process->fds;
  drop_holds(table);
  for (int fd = 0; fd < table->capacity; fd++)
    if (table->entries[fd].file && table->entries[fd].close_on_exec)
      take_away(table, fd);
}

const struct stp_process_hooks stp_fd_hooks = {start, end, fork_table, exec_table, .spawned = true};
