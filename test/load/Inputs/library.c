#include "library.h"

#include <stdlib.h>
#include <unistd.h>

int library_counter = 100;
int* library_pointer = &library_counter;
static int hidden = 1;
static __thread int of_thread = 3;
static int (*get_name)(char*, size_t) = gethostname; /* a call through a table */

__attribute__((constructor)) static void start(void) { hidden += 10; }

int library_next(void) {
  ++*library_pointer;
  return hidden++;
}

int library_thread_next(void) { return of_thread++; }

const char* library_host(void) {
  char* name = malloc(64);
  get_name(name, 64);
  return name;
}
