/* The table of traced calls, from strace.def; of refused calls, from calls.def. */
#include "trace/strace_rows.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "trace/strace.h"

_Static_assert(offsetof(struct stp_strace_frame, variadic) == 48 &&
                   offsetof(struct stp_strace_frame, stub) == 56 &&
                   offsetof(struct stp_strace_frame, result) == 64 &&
                   offsetof(struct stp_strace_frame, result_2) == 72 &&
                   offsetof(struct stp_strace_frame, result_double) == 80 &&
                   offsetof(struct stp_strace_frame, floating) == 144 &&
                   sizeof(struct stp_strace_frame) == 272,
               "as strace_entry.S has it");
_Static_assert(offsetof(struct stp_strace_row, adapter) == 0 &&
                   offsetof(struct stp_strace_row, guard) == 8,
               "as strace_entry.S has it");

/* ---- the words of strace.def ---- */

enum {
  NETWORK = STP_STRACE_NETWORK,
  FILES = STP_STRACE_FILES,
  DESC = STP_STRACE_DESC,
  PROCESS = STP_STRACE_PROCESS,
  SIGNALS = STP_STRACE_SIGNALS,
  IPC = STP_STRACE_IPC,
  MEMORY = STP_STRACE_MEMORY,
  TIME = STP_STRACE_TIME,
  CREDS = STP_STRACE_CREDS,
  OTHER = STP_STRACE_OTHER,
  THREADS = STP_STRACE_THREADS,
  LIBC = STP_STRACE_LIBC,
};

/* An argument is the name of a kind, which is a macro here, or one with a parameter. */
#define PLAIN(kind)                                                                                \
  { STP_STRACE_##kind, 0, NULL }
#define WITH(kind, n)                                                                              \
  { STP_STRACE_##kind, n, NULL }
#define ENUM(table)                                                                                \
  { STP_STRACE_ENUM, 0, &stp_flags_##table }
#define FLAGS(table)                                                                               \
  { STP_STRACE_FLAGS, 0, &stp_flags_##table }

#define BYTES_OUT PLAIN(BYTES_OUT)
#define DIRFD PLAIN(DIRFD)
#define EPOLL_EVENT PLAIN(EPOLL_EVENT)
#define EPOLL_EVENTS_OUT PLAIN(EPOLL_EVENTS_OUT)
#define FD PLAIN(FD)
#define FDS_OUT PLAIN(FDS_OUT)
#define FILE_MODE PLAIN(FILE_MODE)
#define HANDLER PLAIN(HANDLER)
#define HEX PLAIN(HEX)
#define ID PLAIN(ID)
#define ID_OUT PLAIN(ID_OUT)
#define INT PLAIN(INT)
#define INTS_OUT PLAIN(INTS_OUT)
#define INT_OUT PLAIN(INT_OUT)
#define IPC_FLAGS PLAIN(IPC_FLAGS)
#define IPC_KEY PLAIN(IPC_KEY)
#define ITIMERSPEC PLAIN(ITIMERSPEC)
#define ITIMERSPEC_OUT PLAIN(ITIMERSPEC_OUT)
#define ITIMERVAL PLAIN(ITIMERVAL)
#define ITIMERVAL_OUT PLAIN(ITIMERVAL_OUT)
#define LENGTH_OUT PLAIN(LENGTH_OUT)
#define LONG PLAIN(LONG)
#define LONG_IN PLAIN(LONG_IN)
#define LONG_OUT PLAIN(LONG_OUT)
#define MESSAGE PLAIN(MESSAGE)
#define MESSAGES_OUT PLAIN(MESSAGES_OUT)
#define MESSAGE_OUT PLAIN(MESSAGE_OUT)
#define MSGBUF_OUT PLAIN(MSGBUF_OUT)
#define OCTAL PLAIN(OCTAL)
#define OFFSET PLAIN(OFFSET)
#define PATH PLAIN(PATH)
#define PTR PLAIN(PTR)
#define PTR_OUT PLAIN(PTR_OUT)
#define RLIMIT PLAIN(RLIMIT)
#define RLIMIT_OUT PLAIN(RLIMIT_OUT)
#define RUSAGE_OUT PLAIN(RUSAGE_OUT)
#define SIGACTION PLAIN(SIGACTION)
#define SIGACTION_OUT PLAIN(SIGACTION_OUT)
#define SIGEVENT PLAIN(SIGEVENT)
#define SIGINFO PLAIN(SIGINFO)
#define SIGINFO_OUT PLAIN(SIGINFO_OUT)
#define SIGNAL PLAIN(SIGNAL)
#define SIGSET PLAIN(SIGSET)
#define SIGSET_OUT PLAIN(SIGSET_OUT)
#define SOCKET_TYPE PLAIN(SOCKET_TYPE)
#define STATUS_OUT PLAIN(STATUS_OUT)
#define STATX_OUT PLAIN(STATX_OUT)
#define STAT_OUT PLAIN(STAT_OUT)
#define STRING PLAIN(STRING)
#define STRINGS PLAIN(STRINGS)
#define STRINGS_LISTED PLAIN(STRINGS_LISTED)
#define STRING_OUT PLAIN(STRING_OUT)
#define TIMESPEC PLAIN(TIMESPEC)
#define TIMESPECS PLAIN(TIMESPECS)
#define TIMESPEC_LEFT PLAIN(TIMESPEC_LEFT)
#define TIMESPEC_OUT PLAIN(TIMESPEC_OUT)
#define TIMEVAL PLAIN(TIMEVAL)
#define TIMEVALS PLAIN(TIMEVALS)
#define TIMEVAL_OUT PLAIN(TIMEVAL_OUT)
#define UINT PLAIN(UINT)
#define ULONG PLAIN(ULONG)
#define ULONG_OUT PLAIN(ULONG_OUT)
#define UTSNAME_OUT PLAIN(UTSNAME_OUT)
#define VARIABLES PLAIN(VARIABLES)
#define ADDRESS_(n) WITH(ADDRESS_, n)
#define ADDRESS_OUT(n) WITH(ADDRESS_OUT, n)
#define BYTES(n) WITH(BYTES, n)
#define CPUS(n) WITH(CPUS, n)
#define CPUS_OUT(n) WITH(CPUS_OUT, n)
#define FCNTL_ARGUMENT(n) WITH(FCNTL_ARGUMENT, n)
#define FDSET(n) WITH(FDSET, n)
#define INTS(n) WITH(INTS, n)
#define INTS_BY(n) WITH(INTS_BY, n)
#define IOCTL_ARGUMENT(n) WITH(IOCTL_ARGUMENT, n)
#define IOVEC(n) WITH(IOVEC, n)
#define IOVEC_OUT(n) WITH(IOVEC_OUT, n)
#define MSGBUF(n) WITH(MSGBUF, n)
#define OPEN_MODE(n) WITH(OPEN_MODE, n)
#define OPEN_POINTER(n) WITH(OPEN_POINTER, n)
#define OPTION(n) WITH(OPTION, n)
#define OPTION_VALUE(n) WITH(OPTION_VALUE, n)
#define OPTION_VALUE_OUT(n) WITH(OPTION_VALUE_OUT, n)
#define POLLFDS(n) WITH(POLLFDS, n)
#define PRCTL_ARGUMENT(n) WITH(PRCTL_ARGUMENT, n)
#define PROTOCOL(n) WITH(PROTOCOL, n)
#define SEMBUFS(n) WITH(SEMBUFS, n)
#define STACK(n) WITH(STACK, n)

/* ---- the rows ---- */

#define TRACED(name, result, classes, ...) ROW(name, RESULT_##result, classes, __VA_ARGS__)
#define UNTRACED(...)
#define ROW(name_, result_, classes_, ...)                                                         \
  extern const char stub_##name_[] __asm__("stp_traced_" #name_);                                  \
  extern struct stp_strace_row stp_strace_row_##name_;                                             \
  struct stp_strace_row stp_strace_row_##name_ = {.name = #name_,                                  \
                                                  .stub = stub_##name_,                            \
                                                  .classes = classes_,                             \
                                                  .result = STP_STRACE_##result_,                  \
                                                  .arguments = {__VA_ARGS__}};
#define DEFINE_FULL(name)
#define DEFINE_PARTIAL(name)
#define DEFINE_REFUSED(name) ROW(name, RESULT_INT, OTHER, PLAIN(UNKNOWN))
#define CALL(name, file, support, remark) DEFINE_##support(name)
#define ALIAS(symbol, name, ...)
#define DATA(name, support, remark)
#include "simterpose/calls.def"
#include "trace/strace.def"
#undef ROW

static struct stp_strace_row* rows[] = {
#define ROW(name, ...) &stp_strace_row_##name,
#include "simterpose/calls.def"
#include "trace/strace.def"
};

enum { ROWS = sizeof rows / sizeof *rows };

static int compare(const void* a, const void* b) {
  return strcmp((*(struct stp_strace_row* const*)a)->name,
                (*(struct stp_strace_row* const*)b)->name);
}

struct stp_strace_row* stp_strace_row(const char* name) {
  static bool sorted;
  if (!sorted)
    qsort(rows, ROWS, sizeof *rows, compare);
  sorted = true;
  struct stp_strace_row key = {.name = name}, *const pointer = &key;
  struct stp_strace_row** const found = bsearch(&pointer, rows, ROWS, sizeof *rows, compare);
  return found ? *found : NULL;
}

const struct stp_strace_row* stp_strace_system_call(long number) {
  static const struct {
    long number;
    const char* name;
  } calls[] = {{SYS_getpid, "getpid"},
               {SYS_getppid, "getppid"},
               {SYS_gettid, "gettid"},
               {SYS_getuid, "getuid"},
               {SYS_geteuid, "geteuid"},
               {SYS_getgid, "getgid"},
               {SYS_getegid, "getegid"},
               {SYS_setresuid, "setresuid"},
               {SYS_setresgid, "setresgid"},
               {SYS_setgroups, "setgroups"},
               {SYS_getrandom, "getrandom"},
               {SYS_kill, "kill"},
               {SYS_tgkill, "tgkill"},
               {SYS_pidfd_open, "pidfd_open"},
               {SYS_pidfd_send_signal, "pidfd_send_signal"},
               {SYS_wait4, "wait4"},
               {SYS_capget, "capget"},
               {SYS_capset, "capset"},
               {SYS_prlimit64, "prlimit"},
               {SYS_sched_yield, "sched_yield"},
               {SYS_clock_gettime, "clock_gettime"},
               {SYS_sched_getaffinity, "sched_getaffinity"},
               {SYS_getcpu, "getcpu"},
               {SYS_exit, "exit"},
               {SYS_exit_group, "exit_group"},
               {SYS_memfd_create, "memfd_create"},
               {SYS_futex, "futex"},
               {SYS_membarrier, "membarrier"}};
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (calls[i].number == number)
      return stp_strace_row(calls[i].name);
  return NULL;
}

/* ---- stubs ---- */

void* stp_strace_stub(const char* name, const void* adapter, const void* guard) {
  struct stp_strace_row* const row = stp_strace_on ? stp_strace_row(name) : NULL;
  if (!row || !row->chosen)
    return NULL;
  row->adapter = adapter;
  row->guard = guard;
  for (int i = 0; i < STP_STRACE_ARGUMENTS; i++)
    if (row->arguments[i].kind == STP_STRACE_STACK)
      row->stack = row->arguments[i].by;
  return (void*)row->stub;
}

void stp_strace_choose_class(unsigned classes, bool chosen) {
  for (size_t i = 0; i < ROWS; i++)
    if ((rows[i]->classes & classes) != 0)
      rows[i]->chosen = chosen;
}
