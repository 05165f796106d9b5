/* The command starts itself again through /proc/self/exe. */
#include "again.h"

#include <stddef.h>
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
  if (personality((unsigned)now | ADDR_NO_RANDOMIZE) != -1)
    cli_run_again(NULL, argv);
}
