/* sys/shm.h: System V shared memory. */
#include "calls/adapter.h"
#include "ipc/segment.h"

int simterpose_shmget(key_t key, size_t size, int flags) {
  return (int)stp_return(stp_segment_get(key, size, flags));
}

void* simterpose_shmat(int id, const void* wanted, int flags) {
  STP_CALL();
  void* address = NULL;
  const int error = stp_segment_attach(id, (void*)wanted, flags, &address);
  return stp_return(error) < 0 ? (void*)-1 : address;
}

int simterpose_shmdt(const void* address) {
  return (int)stp_return(stp_segment_detach((void*)address));
}

int simterpose_shmctl(int id, int command, struct shmid_ds* argument) {
  return (int)stp_return(stp_segment_control(id, command, argument));
}
