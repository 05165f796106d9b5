/* syscall(): the system calls that programs make by number because libc has or had no function for
 * them, or one that is a cancellation point: served by the adapters of their functions, without
 * cancellation. Others are refused by number. */
#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "calls/adapter.h"
#include "calls/table.h"
#include "sync/futex.h"
#include "time/work.h"

/* Those that take and give what their function does. */
static const struct served {
  long number;
  const char* name;
  bool wide; /* it gives a long */
} served[] = {
    {SYS_accept4, "accept4", false},
    {SYS_capget, "capget", false},
    {SYS_capset, "capset", false},
    {SYS_clock_gettime, "clock_gettime", false},
    {SYS_close, "close", false},
    {SYS_close_range, "close_range", false},
    {SYS_copy_file_range, "copy_file_range", true},
    {SYS_dup3, "dup3", false},
    {SYS_epoll_create1, "epoll_create1", false},
    {SYS_epoll_ctl, "epoll_ctl", false},
    {SYS_epoll_pwait2, "epoll_pwait2", false},
    {SYS_epoll_wait, "epoll_wait", false},
    {SYS_eventfd2, "eventfd", false},
    {SYS_fallocate, "fallocate", false},
    {SYS_getcpu, "getcpu", false},
    {SYS_getegid, "getegid", false},
    {SYS_geteuid, "geteuid", false},
    {SYS_getgid, "getgid", false},
    {SYS_getpid, "getpid", false},
    {SYS_getppid, "getppid", false},
    {SYS_getrandom, "getrandom", true},
    {SYS_gettid, "gettid", false},
    {SYS_getuid, "getuid", false},
    {SYS_kill, "kill", false},
    {SYS_memfd_create, "memfd_create", false},
    {SYS_mlock2, "mlock2", false},
    {SYS_nanosleep, "nanosleep", false},
    {SYS_open, "open", false},
    {SYS_openat, "openat", false},
    {SYS_pidfd_open, "pidfd_open", false},
    {SYS_pidfd_send_signal, "pidfd_send_signal", false},
    {SYS_pipe2, "pipe2", false},
    {SYS_preadv, "preadv", true}, /* the fourth argument is all of the position */
    {SYS_prlimit64, "prlimit", false},
    {SYS_pwritev, "pwritev", true},
    {SYS_read, "read", true},
    {SYS_recvmmsg, "recvmmsg", false},
    {SYS_renameat2, "renameat2", false},
    {SYS_sched_setaffinity, "sched_setaffinity", false},
    {SYS_sched_yield, "sched_yield", false},
    {SYS_sendmmsg, "sendmmsg", false},
    {SYS_setgroups, "setgroups", false},
    {SYS_setresgid, "setresgid", false},
    {SYS_setresuid, "setresuid", false},
    {SYS_statx, "statx", false},
    {SYS_tgkill, "tgkill", false},
    {SYS_wait4, "wait4", false},
    {SYS_write, "write", true},
};

/* Calls for which whoever makes them has another way: as on a kernel that does not have them. */
static const long lacking[] = {SYS_membarrier, SYS_rseq,       SYS_io_setup,  SYS_io_uring_setup,
                               SYS_openat2,    SYS_ioprio_get, SYS_ioprio_set};

static long refuse(long number) {
  for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++)
    if (lacking[i] == number)
      return stp_return(-ENOSYS);
  char what[32];
  snprintf(what, sizeof what, "number %ld", number);
  stp_refuse("syscall", what);
  return stp_return(-ENOSYS);
}

/* Integers and pointers are passed alike, whatever a function's type says (System V ABI, 3.2.3). */
static long serve(const struct served* call, const long a[6]) {
  long (*const function)(long, long, long, long, long, long) =
      (long (*)(long, long, long, long, long, long))stp_call_untraced(call->name);
  const long result = function(a[0], a[1], a[2], a[3], a[4], a[5]);
  return call->wide ? result : (int)result;
}

static long serve_any(long number, const long a[6]) {
  for (size_t i = 0; i < sizeof served / sizeof *served; i++)
    if (served[i].number == number)
      return serve(&served[i], a);
  switch (number) {
  case SYS_sched_getaffinity: /* unlike libc's function, says how many bytes it has written */
    return simterpose_sched_getaffinity((pid_t)a[0], (size_t)a[1], (cpu_set_t*)a[2]) == 0
               ? (long)sizeof(unsigned long)
               : -1;
  case SYS_clock_nanosleep: /* libc's function gives error numbers */
    return stp_return(-simterpose_clock_nanosleep(
        (clockid_t)a[0], (int)a[1], (const struct timespec*)a[2], (struct timespec*)a[3]));
  case SYS_tkill:
    return simterpose_tgkill(simterpose_getpid(), (pid_t)a[0], (int)a[1]);
  case SYS_exit:
    stp_work_finish();
    stp_thread_end();
  case SYS_exit_group:
    stp_work_finish();
    stp_process_end((int)(a[0] & 255) << 8);
  case SYS_futex:
    return stp_return(stp_futex((int*)a[0], (int)a[1], (int)a[2], (const struct timespec*)a[3],
                                (int*)a[4], (int)a[5]));
  default:
    return refuse(number);
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
  const long result = serve_any(number, a);
  stp_self->cancel_disabled = disabled;
  return result;
}
