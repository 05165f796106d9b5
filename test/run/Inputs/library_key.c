// A library without source: its once-control and its key are shared by all processes.
#include <pthread.h>
#include <stddef.h>

static pthread_once_t control = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void initialise(void) { pthread_key_create(&key, NULL); }

int library_keep(void* value) {
  pthread_once(&control, initialise);
  return pthread_setspecific(key, value);
}

void* library_kept(void) { return pthread_getspecific(key); }
