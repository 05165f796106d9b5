/* Loaded at run time: state of its own, initialisers, and use of the program's state. */
#include <stdio.h>
#include <unistd.h>

extern int of_program;
int call_program(void);

int of_extension = 10;
static int* pointers[] = {&of_extension, &of_program};
int started;

__attribute__((constructor)) static void start(void) { started = of_program; }
__attribute__((destructor)) static void stop(void) {
  printf("extension ends with %d\n", of_extension);
}

int extend(int by) {
  *pointers[0] += by;
  *pointers[1] += by;
  usleep(1000); /* other processes run here */
  return of_extension * 1000 + call_program();
}
