/* Copies of processes (unistd.h). */
#include <unistd.h>

#include "calls/adapter.h"
#include "process/fork.h"

pid_t simterpose__Fork(void) {
  STP_CALL();
  return (pid_t)stp_return(stp_fork());
}

pid_t simterpose_fork(void) {
  STP_CALL();
  return (pid_t)stp_return(stp_fork());
}
