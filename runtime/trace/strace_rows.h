/* strace.def as the runtime sees it. */
#ifndef STP_STRACE_ROWS_H
#define STP_STRACE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/strace_flags.h"

enum { STP_STRACE_ARGUMENTS = 8 };

enum stp_strace_class {
  STP_STRACE_NETWORK = 1,
  STP_STRACE_FILES = 2,
  STP_STRACE_DESC = 4,
  STP_STRACE_PROCESS = 8,
  STP_STRACE_SIGNALS = 16,
  STP_STRACE_IPC = 32,
  STP_STRACE_MEMORY = 64,
  STP_STRACE_TIME = 128,
  STP_STRACE_CREDS = 256,
  STP_STRACE_OTHER = 512,
  STP_STRACE_THREADS = 1024,
  STP_STRACE_LIBC = 2048,
  /* What is traced when nothing is asked for: what strace sees. */
  STP_STRACE_DEFAULT = STP_STRACE_THREADS - 1,
};

/* Kinds of arguments. Those after READ_LATE are printed when the call is over. */
enum stp_strace_kind {
  STP_STRACE_NONE,
  STP_STRACE_INT,
  STP_STRACE_UINT,
  STP_STRACE_LONG,
  STP_STRACE_ULONG,
  STP_STRACE_HEX,
  STP_STRACE_PTR,
  STP_STRACE_OCTAL,
  STP_STRACE_FD,
  STP_STRACE_DIRFD,
  STP_STRACE_SIGNAL,
  STP_STRACE_ID,
  STP_STRACE_PATH,
  STP_STRACE_STRING,
  STP_STRACE_BYTES,
  STP_STRACE_ENUM,
  STP_STRACE_FLAGS,
  STP_STRACE_OPEN_MODE,
  STP_STRACE_OPEN_POINTER,
  STP_STRACE_FILE_MODE,
  STP_STRACE_OFFSET,
  STP_STRACE_IOVEC,
  STP_STRACE_FCNTL_ARGUMENT,
  STP_STRACE_POLLFDS,
  STP_STRACE_FDSET,
  STP_STRACE_EPOLL_EVENT,
  STP_STRACE_SIGSET,
  STP_STRACE_SIGACTION,
  STP_STRACE_SIGINFO,
  STP_STRACE_SIGEVENT,
  STP_STRACE_HANDLER,
  STP_STRACE_TIMESPEC,
  STP_STRACE_TIMESPECS,
  STP_STRACE_TIMEVAL,
  STP_STRACE_TIMEVALS,
  STP_STRACE_ITIMERSPEC,
  STP_STRACE_ITIMERVAL,
  STP_STRACE_SOCKET_TYPE,
  STP_STRACE_PROTOCOL,
  STP_STRACE_ADDRESS_,
  STP_STRACE_MESSAGE,
  STP_STRACE_OPTION,
  STP_STRACE_OPTION_VALUE,
  STP_STRACE_STRINGS,
  STP_STRACE_STRINGS_LISTED,
  STP_STRACE_VARIABLES,
  STP_STRACE_PRCTL_ARGUMENT,
  STP_STRACE_RLIMIT,
  STP_STRACE_INTS,
  STP_STRACE_INTS_BY,
  STP_STRACE_CPUS,
  STP_STRACE_IPC_KEY,
  STP_STRACE_IPC_FLAGS,
  STP_STRACE_SEMBUFS,
  STP_STRACE_MSGBUF,
  STP_STRACE_LONG_IN,
  STP_STRACE_UNKNOWN,
  STP_STRACE_STACK,
  STP_STRACE_READ_LATE,
  STP_STRACE_BYTES_OUT,
  STP_STRACE_STRING_OUT,
  STP_STRACE_IOVEC_OUT,
  STP_STRACE_FDS_OUT,
  STP_STRACE_INT_OUT,
  STP_STRACE_LONG_OUT,
  STP_STRACE_ULONG_OUT,
  STP_STRACE_PTR_OUT,
  STP_STRACE_ID_OUT,
  STP_STRACE_INTS_OUT,
  STP_STRACE_CPUS_OUT,
  STP_STRACE_IOCTL_ARGUMENT,
  STP_STRACE_EPOLL_EVENTS_OUT,
  STP_STRACE_SIGSET_OUT,
  STP_STRACE_SIGACTION_OUT,
  STP_STRACE_SIGINFO_OUT,
  STP_STRACE_TIMESPEC_OUT,
  STP_STRACE_TIMESPEC_LEFT,
  STP_STRACE_TIMEVAL_OUT,
  STP_STRACE_ITIMERSPEC_OUT,
  STP_STRACE_ITIMERVAL_OUT,
  STP_STRACE_STAT_OUT,
  STP_STRACE_STATX_OUT,
  STP_STRACE_ADDRESS_OUT,
  STP_STRACE_LENGTH_OUT,
  STP_STRACE_MESSAGE_OUT,
  STP_STRACE_MESSAGES_OUT,
  STP_STRACE_OPTION_VALUE_OUT,
  STP_STRACE_STATUS_OUT,
  STP_STRACE_RUSAGE_OUT,
  STP_STRACE_RLIMIT_OUT,
  STP_STRACE_UTSNAME_OUT,
  STP_STRACE_MSGBUF_OUT
};

enum stp_strace_result {
  STP_STRACE_RESULT_INT,
  STP_STRACE_RESULT_UNSIGNED,
  STP_STRACE_RESULT_LONG,
  STP_STRACE_RESULT_POINTER,
  STP_STRACE_RESULT_ADDRESS,
  STP_STRACE_RESULT_ERROR,
  STP_STRACE_RESULT_NOTHING,
  STP_STRACE_RESULT_MODE,
  STP_STRACE_RESULT_DOUBLE,
  STP_STRACE_RESULT_FCNTL,
};

struct stp_strace_argument {
  uint8_t kind, by; /* by: another argument, or the words of STACK */
  const struct stp_flags* flags;
};

struct stp_strace_row {
  const void* adapter; /* first: strace_entry.S; null until its stub is used */
  const void* guard;   /* second */
  const char* name;
  const void* stub;
  unsigned classes;
  uint8_t result, stack; /* stack: words of the caller's */
  bool chosen;           /* by the filter */
  struct stp_strace_argument arguments[STP_STRACE_ARGUMENTS];
};

/* Sorted by name; null if there is none. */
struct stp_strace_row* stp_strace_row(const char* name);

/* What syscall(number, ...) asks for; null: no row says how to show it. */
const struct stp_strace_row* stp_strace_system_call(long number);

/* Sets `chosen` of the rows of some classes. */
void stp_strace_choose_class(unsigned classes, bool chosen);

/* Sets `chosen` of all rows by the calls of a filter ("network,!poll": strace_filter.c). Returns
 * null, or what is neither a call nor a class. */
const char* stp_strace_choose(const char* filter);

/* Whether a host is chosen by a filter ("@node-*"). */
bool stp_strace_host(const char* filter, const char* host);

/* Argument `number` of a call under way. */
struct stp_strace_frame;
uintptr_t stp_strace_value(const struct stp_strace_frame* frame, int number);

/* Appends an argument as its row says. */
struct stp_text;
void stp_strace_argument(struct stp_text* text, const struct stp_strace_frame* frame, int number);

/* The same of those through which the call has written, where it has not failed. */
void stp_strace_written(struct stp_text* text, const struct stp_strace_frame* frame, int number);

/* Whether there is such an argument: open has a mode only if it may create. */
bool stp_strace_has(const struct stp_strace_frame* frame, int number);

/* What a call that returns a number has returned. */
long stp_strace_returned(const struct stp_strace_frame* frame);

/* " = RESULT" and what strace adds to it. `error` is errno after the call. */
void stp_strace_result(struct stp_text* text, const struct stp_strace_frame* frame, int error);

/* Whether the call has failed: what it would have written is not shown. */
bool stp_strace_failed(const struct stp_strace_frame* frame);

#endif
