/* Cost of a context switch between two threads of one process: through a pipe, and through a
 * condition variable. One operation is one switch. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "tsc.h"

enum { ROUNDS = 100000 };

static int there[2], back[2];

static void* pipe_peer(void* unused) {
  char byte;
  for (int i = 0; i < ROUNDS; i++)
    if (read(there[0], &byte, 1) != 1 || write(back[1], &byte, 1) != 1)
      abort();
  return unused;
}

static void pipes(void) {
  pthread_t peer;
  char byte = 0;
  if (pipe(there) != 0 || pipe(back) != 0 || pthread_create(&peer, NULL, pipe_peer, NULL) != 0)
    abort();
  const uint64_t start = tsc_now();
  for (int i = 0; i < ROUNDS; i++)
    if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
      abort();
  tsc_report("switch_pipe", start, 2.0 * ROUNDS);
  pthread_join(peer, NULL);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn;

static void take_turns(int me) {
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < ROUNDS; i++) {
    while (turn != me)
      pthread_cond_wait(&changed, &mutex);
    turn = !me;
    pthread_cond_signal(&changed);
  }
  pthread_mutex_unlock(&mutex);
}

static void* condition_peer(void* unused) {
  take_turns(1);
  return unused;
}

static void conditions(void) {
  pthread_t peer;
  if (pthread_create(&peer, NULL, condition_peer, NULL) != 0)
    abort();
  const uint64_t start = tsc_now();
  take_turns(0);
  pthread_join(peer, NULL);
  tsc_report("switch_condition", start, 2.0 * ROUNDS);
}

int main(void) {
  pipes();
  conditions();
  return 0;
}
