/* Prints what a process can see of its deployment; exits with 3 if told to fail, sleeps if told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char** argv) {
  char host[64];
  gethostname(host, sizeof host);
  const char* const colour = getenv("COLOUR");
  printf("%s at %ld:", host, (long)(time(NULL) - 1577836800));
  for (int i = 1; i < argc; i++)
    printf(" %s", argv[i]);
  printf(" (%s)\n", colour != NULL ? colour : "no colour");
  if (argc > 1 && strcmp(argv[1], "sleep") == 0)
    sleep(100);
  if (argc > 1 && strcmp(argv[1], "block") == 0)
    pause();
  return argc > 1 && strcmp(argv[1], "fail") == 0 ? 3 : 0;
}
