/* Owners of descriptions (Linux, fs/fcntl.c). Most have none: the struct is made when one is set.
 */
#include "file/owner.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <utlist.h>

#include "process/identity.h"
#include "process/process.h"
#include "process/signals.h"

struct stp_owner {
  struct stp_host* host;
  struct f_owner_ex who; /* pid 0: nobody */
  uid_t real, effective; /* of who set it */
  int signal, fd;
};

static struct stp_owner* owner_of(struct stp_file* file) {
  if (!file->owner)
    file->owner = stp_alloc(sizeof *file->owner);
  return file->owner;
}

void stp_owner_free(struct stp_file* file) { stp_free(file->owner); }

/* ---- who it is ---- */

static bool is_thread(const struct stp_process* process, pid_t tid, struct stp_thread** found) {
  struct stp_thread* thread;
  DL_FOREACH(process->threads, thread) if (thread->tid == tid) {
    *found = thread;
    return true;
  }
  return false;
}

/* Calls `tell`, if it is not null, for each process and thread that is meant; how many there are.
 */
static int for_each(const struct stp_host* host, const struct f_owner_ex* who,
                    void (*tell)(struct stp_process*, struct stp_thread*, const void*),
                    const void* what) {
  int count = 0;
  struct stp_process* next;
  for (struct stp_process* process = host->processes; process; process = next) {
    struct stp_thread* thread = NULL;
    next = process->next_on_host;
    const bool meant = who->type == F_OWNER_PGRP
                           ? stp_identity_of(process)->process_group == who->pid
                       : who->type == F_OWNER_PID ? process->pid == who->pid
                                                  : is_thread(process, who->pid, &thread);
    count += meant;
    if (meant && tell)
      tell(process, thread, what);
  }
  return count;
}

int stp_owner_set(struct stp_file* file, const struct f_owner_ex* who) {
  if (who->type != F_OWNER_TID && who->type != F_OWNER_PID && who->type != F_OWNER_PGRP)
    return -EINVAL;
  if (who->pid != 0 && for_each(stp_me->host, who, NULL, NULL) == 0)
    return -ESRCH;
  struct stp_owner* const owner = owner_of(file);
  owner->host = stp_me->host;
  owner->who = *who;
  owner->real = stp_identity()->user.real;
  owner->effective = stp_identity()->user.effective;
  return 0;
}

int stp_owner_set_id(struct stp_file* file, int id) {
  if (id == INT_MIN)
    return -EINVAL;
  const struct f_owner_ex who = {id < 0 ? F_OWNER_PGRP : F_OWNER_PID, id < 0 ? -id : id};
  return stp_owner_set(file, &who);
}

struct f_owner_ex stp_owner_of(const struct stp_file* file) {
  if (!file->owner)
    return (struct f_owner_ex){F_OWNER_TID, 0};
  struct f_owner_ex who = file->owner->who;
  if (who.pid != 0 && for_each(file->owner->host, &who, NULL, NULL) == 0)
    who.pid = 0;
  return who;
}

int stp_owner_id(const struct stp_file* file) {
  const struct f_owner_ex who = stp_owner_of(file);
  return who.type == F_OWNER_PGRP ? -who.pid : who.pid;
}

int stp_owner_set_signal(struct stp_file* file, int signal) {
  if (signal != 0 && !stp_signal_valid(signal))
    return -EINVAL;
  owner_of(file)->signal = signal;
  return 0;
}

int stp_owner_signal(const struct stp_file* file) { return file->owner ? file->owner->signal : 0; }

void stp_owner_set_async(struct stp_file* file, int fd) { owner_of(file)->fd = fd; }

/* ---- telling it ---- */

struct news {
  const struct stp_owner* owner;
  siginfo_t info;
};

static void tell(struct stp_process* process, struct stp_thread* thread, const void* what) {
  const struct news* const news = what;
  const struct stp_ids* const its = &stp_identity_of(process)->user;
  const uid_t real = news->owner->real, effective = news->owner->effective;
  if (process->ending || (effective != 0 && effective != its->saved && effective != its->real &&
                          real != its->saved && real != its->real))
    return;
  stp_signal_generate(process, thread, &news->info);
}

static void inform(struct stp_file* file, siginfo_t info) {
  const struct stp_owner* const owner = file->owner;
  if (!owner || owner->who.pid == 0)
    return;
  const struct news news = {owner, info};
  for_each(owner->host, &owner->who, tell, &news);
}

void stp_owner_urgent(struct stp_file* file) {
  inform(file, (siginfo_t){.si_signo = SIGURG, .si_code = SI_KERNEL});
  if (file->flags & O_ASYNC)
    stp_owner_ready(file, POLLPRI);
}

void stp_owner_ready(struct stp_file* file, unsigned events) {
  siginfo_t info = {.si_signo = SIGIO, .si_code = SI_KERNEL};
  if (stp_owner_signal(file) != 0) {
    info.si_signo = file->owner->signal;
    info.si_code = events & POLLIN ? POLL_IN : events & POLLOUT ? POLL_OUT : POLL_PRI;
    info.si_band = events & POLLIN    ? POLLIN | POLLRDNORM
                   : events & POLLOUT ? POLLOUT | POLLWRNORM | POLLWRBAND
                                      : POLLPRI | POLLRDBAND;
    info.si_fd = file->owner->fd;
  }
  inform(file, info);
}
