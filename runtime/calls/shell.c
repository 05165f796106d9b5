/* stdlib.h and stdio.h: commands for /bin/sh of the host: system, popen and pclose. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "calls/spawn.h"
#include "file/fdtable.h"
#include "file/streams.h"
#include "process/hidden.h"
#include "process/signals.h"

/* A child that runs the command; its pid or -errno. */
static pid_t shell(const char* command, const posix_spawn_file_actions_t* actions,
                   const posix_spawnattr_t* attributes) {
  char* const argv[] = {"sh", "-c", (char*)command, NULL};
  return stp_spawn(&(struct stp_spawn){.path = "/bin/sh",
                                       .actions = actions,
                                       .attributes = attributes,
                                       .argv = argv,
                                       .envp = stp_me->libc->environ_});
}

/* Its status, or -1 with errno. No cancellation point. */
static int await(pid_t pid) {
  const bool disabled = stp_self->cancel_disabled;
  stp_self->cancel_disabled = true;
  int status;
  pid_t result;
  do
    result = simterpose_waitpid(pid, &status, 0);
  while (result < 0 && errno == EINTR);
  stp_self->cancel_disabled = disabled;
  return result < 0 ? -1 : status;
}

/* ---- system ---- */

/* What the threads that are in system() have in common: the first changes dispositions, the last
 * changes them back. */
struct in_system {
  unsigned threads;
  struct sigaction interrupt, quit;
};
static const char key_system;

static void ignore(struct in_system* state) {
  if (state->threads++ > 0)
    return;
  const struct sigaction ignored = {.sa_handler = SIG_IGN};
  stp_signal_action(SIGINT, &ignored, &state->interrupt);
  stp_signal_action(SIGQUIT, &ignored, &state->quit);
}

static void heed(struct in_system* state) {
  if (--state->threads > 0)
    return;
  stp_signal_action(SIGINT, &state->interrupt, NULL);
  stp_signal_action(SIGQUIT, &state->quit, NULL);
}

static int run_command(const char* command) {
  struct in_system* const state = stp_hidden_block(&key_system, sizeof *state);
  const stp_sigset blocked = stp_signal_blocked();
  ignore(state);
  stp_signal_block(blocked | STP_SIGBIT(SIGCHLD));
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  sigset_t set;
  stp_sigset_store(&set, blocked);
  posix_spawnattr_setsigmask(&attributes, &set);
  sigemptyset(&set);
  if (state->interrupt.sa_handler != SIG_IGN)
    sigaddset(&set, SIGINT);
  if (state->quit.sa_handler != SIG_IGN)
    sigaddset(&set, SIGQUIT);
  posix_spawnattr_setsigdefault(&attributes, &set);
  const pid_t pid = shell(command, NULL, &attributes);
  const int status = pid < 0 ? 127 << 8 : await(pid);
  if (pid < 0)
    errno = -pid;
  heed(state);
  stp_signal_block(blocked);
  return status;
}

int simterpose_system(const char* command) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return command ? run_command(command) : run_command("exit 0") == 0;
}

/* ---- popen ---- */

/* The streams of a process, which later children must not have. */
struct pipe {
  FILE* file;
  pid_t pid;
  struct pipe* next;
};

static struct pipe** pipes(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct pipe*));
}

/* The stream is closed: waits for the command. */
static int end(void* argument) {
  struct pipe* const pipe = argument;
  struct pipe** link = pipes();
  while (*link && *link != pipe)
    link = &(*link)->next;
  if (*link)
    *link = pipe->next;
  const pid_t pid = pipe->pid;
  stp_process_free(pipe);
  return await(pid);
}

/* The command, on the other end of a pipe: the child's pid, and this end in *fd. */
static pid_t start(const char* command, bool reads, int* fd) {
  int ends[2];
  if (simterpose_pipe2(ends, O_CLOEXEC) != 0)
    return -errno;
  posix_spawn_file_actions_t actions;
  simterpose_posix_spawn_file_actions_init(&actions);
  for (const struct pipe* pipe = *pipes(); pipe; pipe = pipe->next) {
    const int other = stp_stream_descriptor(pipe->file);
    if (other >= 0 && other != reads)
      simterpose_posix_spawn_file_actions_addclose(&actions, other);
  }
  simterpose_posix_spawn_file_actions_adddup2(&actions, ends[reads], reads);
  const pid_t pid = shell(command, &actions, NULL);
  simterpose_posix_spawn_file_actions_destroy(&actions);
  simterpose_close(ends[reads]);
  *fd = ends[!reads];
  if (pid < 0)
    simterpose_close(*fd);
  return pid;
}

FILE* simterpose_popen(const char* command, const char* mode) {
  STP_CALL();
  const bool reads = strchr(mode, 'r'), writes = strchr(mode, 'w');
  int fd = -1;
  const pid_t pid =
      reads == writes || mode[strspn(mode, "rwe")] ? -EINVAL : start(command, reads, &fd);
  if (pid < 0) {
    errno = -pid;
    return NULL;
  }
  stp_fd_set_close_on_exec(fd, strchr(mode, 'e'));
  struct pipe* const pipe = stp_process_alloc(sizeof *pipe);
  FILE* const file = stp_stream_open(fd, reads ? "r" : "w");
  if (!file)
    return NULL;
  *pipe = (struct pipe){file, pid, *pipes()};
  *pipes() = pipe;
  stp_stream_on_close(file, pipe, end);
  return file;
}

int simterpose_pclose(FILE* stream) { return simterpose_fclose(stream); }
