// A library, twice: with the plugin (libwith.so) and without (libwithout.so).
#include <stdio.h>
#ifdef WITHOUT
int without_counter;
int* without_address(void) { return &without_counter; }
#else
int with_counter = 10;
int with_array[] = {1, 2, 100};
int* with_pointer = &with_counter;
int overridden = 3; // the executable defines it as well
_Thread_local int with_thread_local = 20;
static _Thread_local int initialised;
extern int program_counter; // of the executable
extern _Thread_local int program_thread_local;
const struct {
  int number;
  int* counter;
} with_constant = {5, &with_counter};

__attribute__((constructor)) static void initialise(void) {
  initialised++;
  printf("library initialised %d\n", initialised);
}

int with_count(void) { return ++with_counter; }
int* with_address(void) { return &with_counter; }
int with_overridden(void) { return overridden; }
int with_thread_local_count(void) { return ++with_thread_local; }
int program_count(void) { return ++program_counter; }
int program_thread_local_count(void) { return ++program_thread_local; }
#endif
