/* Prints what it finds in its own state and in its library's, after changing all of it. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "library.h"

static int numbers[100000] = {7};
static int* inside = &numbers[5];
static int* end = &numbers[100000];
static int** to_library = &library_pointer;
static int (*next)(void) = library_next;
static __thread char text[64] __attribute__((aligned(256))) = "initial";
static __thread int* of_state = &numbers[0];
static __thread int zero;

static void* other_thread(void* unused) {
  zero++;
  ++*of_state;
  printf("thread: %s %d %d, aligned %d\n", text, zero, library_thread_next(),
         (int)((uintptr_t)text % 256));
  return unused;
}

int main(void) {
  pthread_t thread;
  strcpy(text, "changed");
  zero = 5;
  library_counter += 1000;
  next();
  library_thread_next();
  usleep(1000); /* other processes run here */
  pthread_create(&thread, NULL, other_thread, NULL);
  pthread_join(thread, NULL);
  printf("main: %s %d %d\n", text, zero, library_thread_next());
  printf("own: %d %d %d\n", numbers[0], (int)(inside - numbers), (int)(end - numbers));
  printf("library: %d %d %d %d\n", library_counter, *library_pointer, **to_library, next());
  char* host = (char*)library_host();
  char mine[64];
  gethostname(mine, sizeof mine);
  printf("hosts: %s\n", strcmp(host, mine) == 0 ? "same" : host);
  free(host);
  return 0;
}
