/* Lines on both streams, some of them begun long before they are complete. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc > 1 && strcmp(argv[1], "forever") == 0)
    for (;;)
      usleep(1000);
  printf("begun ");
  fflush(stdout);
  usleep(2000);
  fprintf(stderr, "an error\n");
  usleep(1000);
  printf("and done\nlast, without end");
  return 0;
}
