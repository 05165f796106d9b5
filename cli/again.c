/* The command starts itself again through /proc/self/exe. */
#include "again.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <unistd.h>

#include "process/memcheck.h"
#include "process/process.h"

/* Above, or without a limit, Linux lays memory out from the bottom up. */
enum { STACK = 8 << 20 };

void cli_run_again(const char* option, char** argv) {
  size_t count = 0;
  while (argv[count] != NULL)
    count++;
  const char** const words = stp_alloc((count + 3) * sizeof *words);
  size_t used = 0;
  words[used++] = "simterpose";
  words[used++] = "run";
  if (option != NULL)
    words[used++] = option;
  for (size_t i = 1; i < count; i++)
    words[used++] = argv[i];
  words[used] = NULL;
  execv("/proc/self/exe", (char**)words);
  stp_free(words);
}

#ifndef __SANITIZE_ADDRESS__ /* else they would be for our own sanitizer */
/* For sanitizers that are linked to programs; they look only at what the command was started with.
 * What the user has set comes behind, and counts. */
static void set_options(const char* variable, const char* options) {
  const char* const set = getenv(variable);
  char all[4096];
  snprintf(all, sizeof all, "%s%s%s", options, set != NULL ? ":" : "", set != NULL ? set : "");
  setenv(variable, all, true);
}

/* To ask for names of functions they would start a process, over descriptors that are virtual to
 * one half of their calls, and close real ones. The runtime names them (process/crash.h). */
static void tame_sanitizers(void) {
  set_options("ASAN_OPTIONS", "symbolize=0:detect_leaks=0");
  set_options("UBSAN_OPTIONS", "symbolize=0");
}
#else
static void tame_sanitizers(void) {}
#endif

void cli_fix_addresses(char** argv) {
  const int now = personality(0xffffffff);
  if (stp_memcheck()) /* which lays memory out itself, and does not follow */
    return;
  if (now == -1 || (now & ADDR_NO_RANDOMIZE) != 0)
    return;
  struct rlimit stack;
  if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur != STACK) {
    stack.rlim_cur = stack.rlim_max < STACK ? stack.rlim_max : STACK;
    setrlimit(RLIMIT_STACK, &stack);
  }
  tame_sanitizers();
  if (personality((unsigned)now | ADDR_NO_RANDOMIZE) != -1)
    cli_run_again(NULL, argv);
}
