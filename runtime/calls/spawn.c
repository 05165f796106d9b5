/* spawn.h: children that run another program. The attributes are libc's; the file actions are a
 * list in the memory of the process, carried out for the child before it has any memory. */
#include "calls/spawn.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "file/executable.h"
#include "file/fdtable.h"
#include "file/paths.h"
#include "process/identity.h"
#include "process/signals.h"
#include "process/spawn.h"
#include "process/tree.h"

/* ---- file actions ---- */

enum kind { OPEN, CLOSE, DUP2, CHDIR, FCHDIR, CLOSE_FROM };

struct __spawn_action { /* the name that libc's header gives it */
  enum kind kind;
  int fd, other, flags;
  mode_t mode;
  char* path;
};

int simterpose_posix_spawn_file_actions_init(posix_spawn_file_actions_t* actions) {
  memset(actions, 0, sizeof *actions);
  return 0;
}

int simterpose_posix_spawn_file_actions_destroy(posix_spawn_file_actions_t* actions) {
  for (int i = 0; i < actions->__used; i++)
    if (actions->__actions[i].path)
      stp_heap_free(stp_me->heap, actions->__actions[i].path);
  if (actions->__actions)
    stp_heap_free(stp_me->heap, actions->__actions);
  return simterpose_posix_spawn_file_actions_init(actions);
}

static bool grow(posix_spawn_file_actions_t* actions) {
  if (actions->__used < actions->__allocated)
    return true;
  const int room = actions->__allocated * 2 + 8;
  struct __spawn_action* const larger = stp_heap_alloc(stp_me->heap, (size_t)room * sizeof *larger);
  if (!larger)
    return false;
  if (actions->__actions) {
    memcpy(larger, actions->__actions, (size_t)actions->__used * sizeof *larger);
    stp_heap_free(stp_me->heap, actions->__actions);
  }
  actions->__actions = larger;
  actions->__allocated = room;
  return true;
}

static int add(posix_spawn_file_actions_t* actions, struct __spawn_action action) {
  const char* const path = action.path;
  if (path) {
    action.path = simterpose_strdup(path);
    if (!action.path)
      return ENOMEM;
  }
  if (!grow(actions)) {
    if (action.path)
      stp_heap_free(stp_me->heap, action.path);
    return ENOMEM;
  }
  actions->__actions[actions->__used++] = action;
  return 0;
}

static bool valid(int fd) { return fd >= 0 && fd < stp_fd_limit(); }

int simterpose_posix_spawn_file_actions_addopen(posix_spawn_file_actions_t* actions, int fd,
                                                const char* path, int flags, mode_t mode) {
  return valid(fd) ? add(actions, (struct __spawn_action){OPEN, fd, -1, flags, mode, (char*)path})
                   : EBADF;
}

int simterpose_posix_spawn_file_actions_addclose(posix_spawn_file_actions_t* actions, int fd) {
  return valid(fd) ? add(actions, (struct __spawn_action){.kind = CLOSE, .fd = fd}) : EBADF;
}

int simterpose_posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t* actions, int from,
                                                int to) {
  return valid(from) && valid(to)
             ? add(actions, (struct __spawn_action){.kind = DUP2, .fd = from, .other = to})
             : EBADF;
}

int simterpose_posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t* actions,
                                                    const char* path) {
  return add(actions, (struct __spawn_action){.kind = CHDIR, .path = (char*)path});
}

int simterpose_posix_spawn_file_actions_addfchdir_np(posix_spawn_file_actions_t* actions, int fd) {
  return valid(fd) ? add(actions, (struct __spawn_action){.kind = FCHDIR, .fd = fd}) : EBADF;
}

int simterpose_posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t* actions,
                                                        int fd) {
  return valid(fd) ? add(actions, (struct __spawn_action){.kind = CLOSE_FROM, .fd = fd}) : EBADF;
}

/* ---- in the child: 0 or -errno ---- */

static int status_of(int result) { return result < 0 ? -errno : 0; }

/* Opening a FIFO would wait, which nobody can before the child has threads. */
static bool would_wait(const struct __spawn_action* action) {
  STP_LOCATION location = {0};
  struct stat stat = {0};
  if (action->flags & O_NONBLOCK || (action->flags & O_ACCMODE) == O_RDWR ||
      stp_path_existing(AT_FDCWD, action->path, true, &location) < 0)
    return false;
  stp_location_stat(&location, &stat);
  return S_ISFIFO(stat.st_mode);
}

static int do_open(const struct __spawn_action* action) {
  if (would_wait(action)) {
    stp_refuse("posix_spawn", "opening a FIFO");
    return -ENXIO;
  }
  simterpose_close(action->fd);
  const int fd = simterpose_open(action->path, action->flags, action->mode);
  if (fd < 0 || fd == action->fd)
    return status_of(fd);
  const int error = status_of(simterpose_dup2(fd, action->fd));
  simterpose_close(fd);
  return error;
}

static int do_dup2(const struct __spawn_action* action) {
  if (action->fd != action->other)
    return status_of(simterpose_dup2(action->fd, action->other));
  if (!stp_fd_get(action->fd))
    return -EBADF;
  stp_fd_set_close_on_exec(action->fd, false);
  return 0;
}

static int carry_out(const struct __spawn_action* action) {
  switch (action->kind) {
  case OPEN:
    return do_open(action);
  case CLOSE:
    simterpose_close(action->fd); /* one that is not open is no error */
    return 0;
  case DUP2:
    return do_dup2(action);
  case CHDIR:
    return status_of(simterpose_chdir(action->path));
  case FCHDIR:
    return status_of(simterpose_fchdir(action->fd));
  case CLOSE_FROM:
    simterpose_closefrom(action->fd);
    return 0;
  }
  return -EINVAL;
}

static void reset_signals(const posix_spawnattr_t* attributes) {
  const struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int signal = 1; signal <= 64; signal++)
    if (stp_sigset_of(&attributes->__sd) & STP_SIGBIT(signal))
      stp_signal_action(signal, &standard, NULL); /* SIGKILL and SIGSTOP: no error */
}

/* Scheduling parameters are checked by the caller and have no effect. */
static int apply(const posix_spawnattr_t* attributes) {
  const int flags = attributes->__flags;
  int error = 0;
  if (flags & POSIX_SPAWN_SETSIGDEF)
    reset_signals(attributes);
  if (flags & POSIX_SPAWN_SETSID)
    error = status_of(simterpose_setsid());
  if (error == 0 && flags & POSIX_SPAWN_SETPGROUP)
    error = status_of(simterpose_setpgid(0, attributes->__pgrp));
  if (error == 0 && flags & POSIX_SPAWN_RESETIDS) {
    struct stp_identity* const self = stp_identity();
    self->file_user.differs = self->file_group.differs = false;
    self->user.effective = self->user.real;
    self->group.effective = self->group.real;
  }
  return error;
}

static int prepare(const struct stp_spawn* spawn) {
  int error = spawn->attributes ? apply(spawn->attributes) : 0;
  for (int i = 0; error == 0 && spawn->actions && i < spawn->actions->__used; i++)
    error = carry_out(&spawn->actions->__actions[i]);
  return error;
}

/* ---- all of it ---- */

static int find(const struct stp_spawn* spawn, struct stp_exec* exec) {
  if (spawn->search)
    return stp_executable_search(spawn->path, spawn->argv, spawn->envp, false, exec);
  const struct stp_execution execution = {AT_FDCWD, spawn->path, false, spawn->argv, spawn->envp};
  return stp_executable_find(&execution, exec);
}

/* Loading lets others run: it is done before there is a child, if it can be. */
static int load_first(const struct stp_spawn* spawn) {
  struct stp_exec exec;
  if (find(spawn, &exec) < 0)
    return 0; /* the child may see other files */
  const int error = stp_executable_load(&exec, "posix_spawn");
  stp_exec_drop(&exec);
  return error;
}

pid_t stp_spawn(const struct stp_spawn* spawn) {
  const posix_spawnattr_t* const attributes = spawn->attributes;
  const bool masked = attributes && attributes->__flags & POSIX_SPAWN_SETSIGMASK;
  const stp_sigset blocked =
      masked ? stp_sigset_of(&attributes->__ss) & ~STP_SIGBIT(SIGKILL) & ~STP_SIGBIT(SIGSTOP)
             : stp_signal_blocked();
  int error = load_first(spawn);
  if (error < 0)
    return error;
  if (!stp_tree_may_grow())
    return -EAGAIN;
  const stp_sigset before = stp_signal_blocked();
  stp_signal_block(~(stp_sigset)0); /* no handler may run for the child */
  struct stp_process *const self = stp_me, *const child = stp_spawn_begin();
  const pid_t pid = child->pid;
  struct stp_exec exec = {0};
  error = prepare(spawn);
  if (error == 0)
    error = find(spawn, &exec);
  stp_spawn_return(self);
  stp_signal_block(before);
  if (error == 0)
    error = stp_executable_load(&exec, "posix_spawn");
  if (error == 0) {
    error = stp_spawn_finish(child, &exec, blocked);
    return error == 0 ? pid : error;
  }
  stp_exec_drop(&exec);
  stp_spawn_abort(child);
  return error;
}

static bool valid_scheduling(const posix_spawnattr_t* attributes) {
  if (!attributes || !(attributes->__flags & POSIX_SPAWN_SETSCHEDULER))
    return true;
  const int least = sched_get_priority_min(attributes->__policy);
  return least >= 0 && attributes->__sp.sched_priority >= least &&
         attributes->__sp.sched_priority <= sched_get_priority_max(attributes->__policy);
}

static int spawn_child(pid_t* pid, const struct stp_spawn* spawn) {
  if (!valid_scheduling(spawn->attributes))
    return EINVAL;
  const int saved = errno;
  const pid_t child = stp_spawn(spawn);
  errno = saved;
  if (child < 0)
    return -child;
  if (pid)
    *pid = child;
  return 0;
}

int simterpose_posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                           const posix_spawnattr_t* attributes, char* const argv[],
                           char* const envp[]) {
  STP_CALL();
  const struct stp_spawn spawn = {path, false, actions, attributes, argv, envp};
  return spawn_child(pid, &spawn);
}

int simterpose_posix_spawnp(pid_t* pid, const char* name, const posix_spawn_file_actions_t* actions,
                            const posix_spawnattr_t* attributes, char* const argv[],
                            char* const envp[]) {
  STP_CALL();
  const struct stp_spawn spawn = {name, true, actions, attributes, argv, envp};
  return spawn_child(pid, &spawn);
}
