#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>

static void* own_stack(void* result) {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0)
    pthread_attr_getstacksize(&attributes, result);
  return NULL;
}

int main(void) {
  pthread_attr_t attributes;
  size_t unsaid = 0, usual = 0, own = 0;
  pthread_attr_init(&attributes);
  pthread_attr_getstacksize(&attributes, &unsaid);
  pthread_getattr_default_np(&attributes);
  pthread_attr_getstacksize(&attributes, &usual);
  pthread_t thread;
  pthread_create(&thread, NULL, own_stack, &own);
  pthread_join(thread, NULL);
  struct rlimit limit;
  getrlimit(RLIMIT_STACK, &limit);
  printf("unsaid %zu, default %zu, thread %zu, limit %lu\n", unsaid, usual, own, limit.rlim_cur);
  return 0;
}
