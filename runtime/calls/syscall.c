/* syscall(): the system calls that programs make by number because libc has or had no function for
 * them, or one that is a cancellation point: served by the adapters of their functions, without
 * cancellation. Others are refused by number. */
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "sync/futex.h"
#include "time/work.h"

static long refuse(long number) {
  char what[32];
  snprintf(what, sizeof what, "number %ld", number);
  stp_refuse("syscall", what);
  return stp_return(-ENOSYS);
}

/* Calls on descriptors and files. */
static long serve_file(long number, const long a[6]) {
  switch (number) {
  case SYS_close:
    return simterpose_close((int)a[0]);
  case SYS_dup3:
    return simterpose_dup3((int)a[0], (int)a[1], (int)a[2]);
  case SYS_preadv: /* a[3] is all of the position: a[4] is for processors of 32 bits */
    return simterpose_preadv((int)a[0], (const struct iovec*)a[1], (int)a[2], a[3]);
  case SYS_pwritev:
    return simterpose_pwritev((int)a[0], (const struct iovec*)a[1], (int)a[2], a[3]);
  case SYS_copy_file_range:
    return simterpose_copy_file_range((int)a[0], (off64_t*)a[1], (int)a[2], (off64_t*)a[3],
                                      (size_t)a[4], (unsigned)a[5]);
  case SYS_statx:
    return simterpose_statx((int)a[0], (const char*)a[1], (int)a[2], (unsigned)a[3],
                            (struct statx*)a[4]);
  case SYS_recvmmsg:
    return simterpose_recvmmsg((int)a[0], (struct mmsghdr*)a[1], (unsigned)a[2], (int)a[3],
                               (struct timespec*)a[4]);
  case SYS_sendmmsg:
    return simterpose_sendmmsg((int)a[0], (struct mmsghdr*)a[1], (unsigned)a[2], (int)a[3]);
  default:
    return refuse(number);
  }
}

static long serve(long number, const long a[6]) {
  switch (number) {
  case SYS_getpid:
    return simterpose_getpid();
  case SYS_getppid:
    return simterpose_getppid();
  case SYS_gettid:
    return simterpose_gettid();
  case SYS_getuid:
    return simterpose_getuid();
  case SYS_geteuid:
    return simterpose_geteuid();
  case SYS_getgid:
    return simterpose_getgid();
  case SYS_getegid:
    return simterpose_getegid();
  case SYS_setresuid:
    return simterpose_setresuid((uid_t)a[0], (uid_t)a[1], (uid_t)a[2]);
  case SYS_setresgid:
    return simterpose_setresgid((gid_t)a[0], (gid_t)a[1], (gid_t)a[2]);
  case SYS_setgroups:
    return simterpose_setgroups((size_t)a[0], (const gid_t*)a[1]);
  case SYS_getrandom:
    return simterpose_getrandom((void*)a[0], (size_t)a[1], (unsigned)a[2]);
  case SYS_kill:
    return simterpose_kill((pid_t)a[0], (int)a[1]);
  case SYS_tgkill:
    return simterpose_tgkill((pid_t)a[0], (pid_t)a[1], (int)a[2]);
  case SYS_pidfd_open:
    return simterpose_pidfd_open((pid_t)a[0], (unsigned)a[1]);
  case SYS_pidfd_send_signal:
    return simterpose_pidfd_send_signal((int)a[0], (int)a[1], (siginfo_t*)a[2], (unsigned)a[3]);
  case SYS_wait4:
    return simterpose_wait4((pid_t)a[0], (int*)a[1], (int)a[2], (struct rusage*)a[3]);
  case SYS_capget:
    return simterpose_capget((cap_user_header_t)a[0], (cap_user_data_t)a[1]);
  case SYS_capset:
    return simterpose_capset((cap_user_header_t)a[0], (cap_user_data_t)a[1]);
  case SYS_prlimit64:
    return simterpose_prlimit((pid_t)a[0], (__rlimit_resource_t)a[1], (const struct rlimit*)a[2],
                              (struct rlimit*)a[3]);
  case SYS_sched_yield:
    return simterpose_sched_yield();
  case SYS_clock_gettime:
    return simterpose_clock_gettime((clockid_t)a[0], (struct timespec*)a[1]);
  case SYS_sched_getaffinity: /* unlike libc's function, says how many bytes it has written */
    return simterpose_sched_getaffinity((pid_t)a[0], (size_t)a[1], (cpu_set_t*)a[2]) == 0
               ? (long)sizeof(unsigned long)
               : -1;
  case SYS_getcpu:
    return simterpose_getcpu((unsigned*)a[0], (unsigned*)a[1]);
  case SYS_exit:
    stp_work_finish();
    stp_thread_end();
  case SYS_exit_group:
    stp_work_finish();
    stp_process_end((int)(a[0] & 255) << 8);
  case SYS_memfd_create:
    return simterpose_memfd_create((const char*)a[0], (unsigned)a[1]);
  case SYS_futex:
    return stp_return(stp_futex((int*)a[0], (int)a[1], (int)a[2], (const struct timespec*)a[3],
                                (int*)a[4], (int)a[5]));
  case SYS_membarrier: /* what a kernel without it says; callers have another way */
    return stp_return(-ENOSYS);
  default:
    return serve_file(number, a);
  }
}

long simterpose_syscall(long number, ...) {
  STP_CALL();
  long a[6];
  va_list arguments;
  va_start(arguments, number);
  for (int i = 0; i < 6; i++)
    a[i] = va_arg(arguments, long);
  va_end(arguments);
  const bool disabled = stp_self->cancel_disabled;
  stp_self->cancel_disabled = true;
  const long result = serve(number, a);
  stp_self->cancel_disabled = disabled;
  return result;
}
