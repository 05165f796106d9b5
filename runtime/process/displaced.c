/* Displaces a program by preloading a small library (preload/displace.c) that does it before
 * anything else is initialised: so the program keeps its own thread-locals, threads, arguments and
 * children, and the dynamic linker runs everything as always. */
#include "process/displaced.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process/elf.h"
#include "trace/log.h"

/* Where the library is, from the directory of the command: installed, and in the build tree. */
static const char* const places[] = {STP_DISPLACE_INSTALLED, "../runtime/simterpose-displace.so"};

static void find_library(char path[PATH_MAX]) {
  char command[PATH_MAX], place[PATH_MAX + 128];
  const ssize_t length = readlink("/proc/self/exe", command, sizeof command - 1);
  if (length <= 0)
    stp_fatal("cannot find out where the command is: %s", strerror(errno));
  command[length] = '\0';
  *strrchr(command, '/') = '\0';
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    snprintf(place, sizeof place, "%s/%s", command, places[i]);
    if (realpath(place, path) != NULL)
      return;
  }
  stp_fatal("%s/%s is missing; is simterpose installed completely?", command, places[0]);
}

void stp_displaced(const char* path, char** argv) {
  struct stp_elf elf;
  char message[1024], library[PATH_MAX];
  if (stp_elf_open(&elf, path, message, sizeof message) != STP_PROGRAM_OK)
    stp_fatal("%s", message);
  stp_elf_close(&elf);
  find_library(library);

  const char* const others = getenv("LD_PRELOAD");
  char preloads[2 * PATH_MAX];
  snprintf(preloads, sizeof preloads, "%s%s%s", library, others == NULL ? "" : ":",
           others == NULL ? "" : others);
  setenv("LD_PRELOAD", preloads, 1);
  execv(path, argv);
  stp_fatal("%s: cannot be run: %s", path, strerror(errno));
}
