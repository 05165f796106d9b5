/* unistd.h: getpass, after glibc's misc/getpass.c: from the terminal, without echo and signals, or
 * else from standard input. */
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "file/streams.h"
#include "process/hidden.h"

struct line {
  char* text; /* in the heap */
  size_t size;
};

static bool silence(int fd, struct termios* before) {
  if (simterpose_tcgetattr(fd, before) != 0)
    return false;
  struct termios silent = *before;
  silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
  return simterpose_tcsetattr(fd, TCSAFLUSH, &silent) == 0;
}

/* What libc keeps in a static buffer. */
char* simterpose_getpass(const char* prompt) {
  static const char key;
  struct line* const line = stp_hidden_block(&key, sizeof *line);
  FILE* const terminal = simterpose_fopen("/dev/tty", "w+ce");
  FILE* const in = terminal ? terminal : STP_STDIN;
  FILE* const out = terminal ? terminal : STP_STDERR;
  struct termios before;
  const int fd = simterpose_fileno(in);
  const bool silent = silence(fd, &before);
  simterpose_fputs(prompt, out);
  simterpose_fflush(out);
  const ssize_t length = simterpose_getline(&line->text, &line->size, in);
  if (line->text && length < 0)
    line->text[0] = 0;
  else if (line->text && line->text[length - 1] == '\n') {
    line->text[length - 1] = 0;
    if (silent)
      simterpose_fputs("\n", out);
  }
  if (silent)
    simterpose_tcsetattr(fd, TCSAFLUSH, &before);
  if (terminal)
    simterpose_fclose(terminal);
  return line->text;
}
