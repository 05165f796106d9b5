/* Watching files, by inotify. What to watch is told by the run, through a pipe, one name a line.
 * Directories are watched, as editors replace files. */
#include "watch.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uthash.h>

#include "again.h"
#include "process/process.h"
#include "trace/log.h"

/* ---- in the run ---- */

static int noting = -1;

void cli_watch_noting(int descriptor) { noting = descriptor; }

void cli_watch_note(const char* file) {
  char path[PATH_MAX];
  if (noting >= 0 && realpath(file, path) != NULL)
    dprintf(noting, "%s\n", path);
}

/* ---- what is watched ---- */

struct watched {
  UT_hash_handle hh;
  int directory; /* of inotify */
  const char* name;
  char path[];
};

struct watch {
  int inotify, notes;
  FILE* stream; /* of the notes */
  pid_t run;
  struct watched* files;
};

static void add(struct watch* watch, const char* path) {
  struct watched* file;
  HASH_FIND_STR(watch->files, path, file);
  if (file != NULL)
    return;
  file = stp_alloc(sizeof *file + strlen(path) + 1);
  strcpy(file->path, path);
  char directory[PATH_MAX];
  const char* const slash = strrchr(file->path, '/');
  snprintf(directory, sizeof directory, "%.*s/", (int)(slash - file->path), file->path);
  file->name = slash + 1;
  file->directory = inotify_add_watch(watch->inotify, directory, IN_CLOSE_WRITE | IN_MOVED_TO);
  HASH_ADD_STR(watch->files, path, file);
}

/* The file that an event is about; null: of no concern. */
static const char* concerned(const struct watch* watch, const struct inotify_event* event) {
  for (const struct watched* file = watch->files; file != NULL; file = file->hh.next)
    if (event->len > 0 && file->directory == event->wd && strcmp(file->name, event->name) == 0)
      return file->path;
  return NULL;
}

/* Reads what has happened; the name of a file that has changed, else null. */
static const char* changed(const struct watch* watch) {
  _Alignas(struct inotify_event) char events[8192];
  const char* file = NULL;
  const ssize_t size = read(watch->inotify, events, sizeof events);
  for (ssize_t at = 0; at < size;) {
    const struct inotify_event* const event = (const struct inotify_event*)(events + at);
    const char* const found = concerned(watch, event);
    file = found != NULL ? found : file;
    at += (ssize_t)(sizeof *event + event->len);
  }
  return file;
}

/* ---- one run ---- */

static void begin(struct watch* watch, char** argv) {
  int pipes[2];
  if (pipe(pipes) != 0 || (watch->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) < 0)
    stp_fatal("cannot watch files: %s", strerror(errno));
  fflush(NULL);
  watch->run = fork();
  if (watch->run < 0)
    stp_fatal("cannot start the run: %s", strerror(errno));
  if (watch->run == 0) {
    char option[32];
    close(pipes[0]);
    close(watch->inotify);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    snprintf(option, sizeof option, "--noting=%d", pipes[1]);
    cli_run_again(option, argv);
    stp_fatal("cannot start the run: %s", strerror(errno));
  }
  close(pipes[1]);
  watch->notes = pipes[0];
  watch->stream = fdopen(pipes[0], "r");
  setvbuf(watch->stream, NULL, _IONBF, 0);
}

static void finish(struct watch* watch) {
  struct watched *file, *next;
  HASH_ITER(hh, watch->files, file, next) {
    HASH_DEL(watch->files, file);
    stp_free(file);
  }
  fclose(watch->stream);
  close(watch->inotify);
}

static int wait_for(pid_t run) {
  int status;
  while (waitpid(run, &status, 0) < 0 && errno == EINTR)
    ;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Waits until a file has changed (true), which ends the run if it still goes on, or until the run
 * has ended and has noted none. */
static bool attend(struct watch* watch, int* status) {
  char* line = NULL;
  size_t capacity = 0;
  for (bool running = true;;) {
    struct pollfd wanted[] = {{watch->inotify, POLLIN, 0},
                              {running ? watch->notes : -1, POLLIN, 0}};
    poll(wanted, 2, -1);
    const char* const file = (wanted[0].revents & POLLIN) != 0 ? changed(watch) : NULL;
    if (file != NULL) {
      usleep(100000); /* what is saved together */
      if (running && kill(watch->run, SIGTERM) == 0)
        wait_for(watch->run);
      stp_warn("%s has changed: running again", file);
      free(line);
      return true;
    }
    if (!running || wanted[1].revents == 0)
      continue;
    const ssize_t length = getline(&line, &capacity, watch->stream);
    if (length > 0) {
      line[length - 1] = '\0';
      add(watch, line);
      continue;
    }
    running = false;
    *status = wait_for(watch->run);
    if (watch->files == NULL) {
      free(line);
      return false;
    }
    stp_warn("status %d; waiting until one of %u files changes (Ctrl-C ends)", *status,
             HASH_COUNT(watch->files));
  }
}

int cli_watch(char** argv) {
  int status = 0;
  for (bool again = true; again;) {
    struct watch watch = {.files = NULL};
    begin(&watch, argv);
    again = attend(&watch, &status);
    finish(&watch);
  }
  return status;
}
