/* pthread.h: thread-specific data and once. */
#include "calls/adapter.h"
#include "sync/keys.h"
#include "sync/word.h"

int simterpose_pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) {
  return -stp_key_create(key, destructor);
}

int simterpose_pthread_key_delete(pthread_key_t key) { return -stp_key_delete(key); }

int simterpose_pthread_setspecific(pthread_key_t key, const void* value) {
  return -stp_key_set(key, (void*)value);
}

void* simterpose_pthread_getspecific(pthread_key_t key) { return stp_key_get(key); }

int simterpose_pthread_once(pthread_once_t* control, void (*routine)(void)) {
  STP_CALL_UNINTERRUPTED();
  stp_once(control, routine);
  return 0;
}
