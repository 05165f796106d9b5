/* Two runs, each in a process of its own. What a run shows comes through pipes: the first run's
 * goes to the terminal as well, and both are kept to be compared. A third pipe brings the result,
 * whose date is exact; the summary line is ours, for it tells real time. */
#include "twice.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "again.h"
#include "command.h"
#include "compare.h"
#include "outdir.h"
#include "process/process.h"
#include "trace/log.h"

enum { OUT, ERROR, RESULT, STREAMS }; /* what comes from a run, each by a pipe */

struct half {
  FILE* streams[STREAMS];
  int status; /* of wait */
};

/* ---- running ---- */

_Noreturn static void become_half(char** argv, const char* output, int pipes[STREAMS][2]) {
  char* option;
  dup2(pipes[OUT][1], STDOUT_FILENO);
  dup2(pipes[ERROR][1], STDERR_FILENO);
  fcntl(pipes[RESULT][1], F_SETFD, 0);
  if (asprintf(&option, "--part=%d:%s", pipes[RESULT][1], output) < 0)
    stp_fatal("out of memory");
  cli_run_again(option, argv);
  stp_fatal("cannot start another run: %s", strerror(errno));
}

/* Keeps what a run says, and shows it if it is the first. */
static void keep(FILE* stream, const char* text, size_t size, int shown) {
  if (fwrite(text, 1, size, stream) != size)
    stp_fatal("cannot keep what a run shows: %s", strerror(errno));
  for (ssize_t written; shown >= 0 && size > 0; text += written, size -= (size_t)written) {
    written = write(shown, text, size);
    if (written <= 0)
      return;
  }
}

static void attend(struct half* half, int pipes[STREAMS][2], bool shown) {
  struct pollfd wanted[STREAMS];
  for (int i = 0; i < STREAMS; i++)
    wanted[i] = (struct pollfd){.fd = pipes[i][0], .events = POLLIN};
  static char text[64 << 10];
  for (int open = STREAMS; open > 0;) {
    if (poll(wanted, STREAMS, -1) < 0 && errno != EINTR)
      stp_fatal("cannot wait for a run: %s", strerror(errno));
    for (int i = 0; i < STREAMS; i++) {
      if (wanted[i].fd < 0 || wanted[i].revents == 0)
        continue;
      const ssize_t size = read(wanted[i].fd, text, sizeof text);
      if (size > 0) {
        keep(half->streams[i], text, (size_t)size, !shown || i == RESULT ? -1 : i + STDOUT_FILENO);
      } else if (size == 0 || errno != EINTR) {
        wanted[i].fd = -1;
        open--;
      }
    }
  }
}

static void run(struct half* half, char** argv, const char* output, bool shown) {
  int pipes[STREAMS][2];
  for (int i = 0; i < STREAMS; i++)
    if ((half->streams[i] = tmpfile()) == NULL || pipe2(pipes[i], O_CLOEXEC) != 0)
      stp_fatal("cannot make a pipe or temporary file: %s", strerror(errno));
  const pid_t child = fork();
  if (child < 0)
    stp_fatal("cannot start another run: %s", strerror(errno));
  if (child == 0)
    become_half(argv, output, pipes);
  signal(SIGINT, SIG_IGN); /* of the terminal: the run ends by it, and we then */
  for (int i = 0; i < STREAMS; i++)
    close(pipes[i][1]);
  attend(half, pipes, shown);
  for (int i = 0; i < STREAMS; i++) {
    close(pipes[i][0]);
    rewind(half->streams[i]);
  }
  while (waitpid(child, &half->status, 0) < 0 && errno == EINTR)
    ;
  signal(SIGINT, SIG_DFL);
}

/* ---- comparing ---- */

static const char* ending(int status, char* text, size_t size) {
  if (WIFSIGNALED(status))
    snprintf(text, size, "signal %d", WTERMSIG(status));
  else
    snprintf(text, size, "%d", WEXITSTATUS(status));
  return text;
}

/* Whether both are the same; if not, what is the first difference. */
static bool equal(struct half* one, struct half* two, const char* output, const char* other,
                  char* difference, size_t size, size_t* files) {
  char where[1400], a[32], b[32];
  static const char* const names[] = {"standard output", "standard error", "the end"};
  if (!cli_trees_equal(output, other, where, sizeof where, files)) {
    snprintf(difference, size, "%s", where);
    return false;
  }
  for (int i = 0; i < STREAMS; i++)
    if (!cli_streams_equal(one->streams[i], two->streams[i], where, sizeof where)) {
      snprintf(difference, size, "%s: %s", names[i], where);
      return false;
    }
  if (one->status != two->status) {
    snprintf(difference, size, "exit status: %s, then %s", ending(one->status, a, sizeof a),
             ending(two->status, b, sizeof b));
    return false;
  }
  return true;
}

static const char* result_of(const struct half* half) {
  static char line[300];
  rewind(half->streams[RESULT]);
  if (fgets(line, sizeof line, half->streams[RESULT]) == NULL)
    return "";
  line[strcspn(line, "\n")] = '\0';
  return line;
}

int cli_run_twice(char** argv, const char* output) {
  struct half one, two;
  run(&one, argv, output, true);
  if (WIFSIGNALED(one.status)) {
    signal(WTERMSIG(one.status), SIG_DFL);
    raise(WTERMSIG(one.status));
  }
  if (WEXITSTATUS(one.status) == CLI_BAD_INPUT)
    return CLI_BAD_INPUT;
  char* other;
  if (asprintf(&other, "%s.XXXXXX", output) < 0 || mkdtemp(other) == NULL)
    stp_fatal("cannot make a directory for the second run beside %s: %s", output, strerror(errno));
  run(&two, argv, other, false);
  char difference[1500];
  size_t files = 0;
  const bool same = equal(&one, &two, output, other, difference, sizeof difference, &files);
  cli_outdir_remove(other);
  if (same && stp_verbosity > STP_QUIET)
    fprintf(stderr, "simterpose: both runs are the same: %s, %zu files in %s\n", result_of(&one),
            files - 1 /* but for the mark */, output);
  if (!same)
    fprintf(stderr, "simterpose: the two runs differ: %s\n", difference);
  return same ? WEXITSTATUS(one.status) : CLI_FAILED;
}
