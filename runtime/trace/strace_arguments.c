/* Arguments and results by the kinds of strace.def. What is not scalar is in strace_structs.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/socket.h>

#include "trace/strace.h"
#include "trace/strace_rows.h"
#include "trace/strace_structs.h"

uintptr_t stp_strace_value(const struct stp_strace_frame* frame, int number) {
  number += (int)frame->first;
  if (number < 6)
    return frame->arguments[number];
  /* after the frame: the saved rbp, the return address, the arguments on the stack */
  return ((const uintptr_t*)(frame + 1))[2 + number - 6];
}

/* ---- kinds that depend on others ---- */

static bool creates(unsigned flags) {
  return (flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) != 0;
}

bool stp_strace_has(const struct stp_strace_frame* frame, int number) {
  if (number >= STP_STRACE_ARGUMENTS)
    return false;
  const struct stp_strace_argument* const argument = &frame->row->arguments[number];
  const unsigned other = (unsigned)stp_strace_value(frame, argument->by & 7);
  switch (argument->kind) {
  case STP_STRACE_NONE:
  case STP_STRACE_STACK:
    return false;
  case STP_STRACE_OPEN_MODE:
  case STP_STRACE_OPEN_POINTER:
    return creates(other);
  case STP_STRACE_FCNTL_ARGUMENT:
    return other != F_GETFD && other != F_GETFL && other != F_GETOWN && other != F_GETSIG &&
           other != F_GETPIPE_SZ && other != F_GET_SEALS && other != F_GETLEASE;
  case STP_STRACE_IOCTL_ARGUMENT:
    return other != FIOCLEX && other != FIONCLEX && other != TIOCNOTTY && other != TIOCEXCL &&
           other != TIOCNXCL;
  case STP_STRACE_PRCTL_ARGUMENT:
    return other != PR_GET_DUMPABLE && other != PR_GET_KEEPCAPS && other != PR_GET_SECCOMP &&
           other != PR_GET_TIMERSLACK;
  default:
    return true;
  }
}

static void put_fcntl_argument(struct stp_text* text, unsigned command, uintptr_t value) {
  switch (command) {
  case F_SETFD:
    stp_text_flags(text, &stp_flags_fd, (unsigned)value);
    break;
  case F_SETFL:
    stp_text_flags(text, &stp_flags_open, (unsigned)value);
    break;
  case F_GETLK:
  case F_SETLK:
  case F_SETLKW:
  case F_OFD_GETLK:
  case F_OFD_SETLK:
  case F_OFD_SETLKW:
    stp_show_flock(text, value);
    break;
  default:
    stp_text_put(text, "%d", (int)value);
  }
}

static void put_prctl_argument(struct stp_text* text, unsigned option, uintptr_t value) {
  if (option == PR_SET_NAME)
    stp_text_string(text, value, 15);
  else if (option == PR_SET_PDEATHSIG)
    stp_show_signal(text, (int)value);
  else
    stp_text_put(text, value > INT_MAX ? "%#lx" : "%lu", value);
}

static void put_ipc_flags(struct stp_text* text, unsigned flags) {
  if (flags & IPC_CREAT)
    stp_text_put(text, "IPC_CREAT|");
  if (flags & IPC_EXCL)
    stp_text_put(text, "IPC_EXCL|");
  stp_text_put(text, "%#03o", flags & ~(unsigned)(IPC_CREAT | IPC_EXCL));
}

/* execl and its like: up to a null pointer, in registers and then on the stack. */
static void put_listed(struct stp_text* text, const struct stp_strace_frame* frame, int number) {
  enum { MOST = 64 };
  stp_text_put(text, "[");
  for (int i = number; i < MOST; i++) {
    const uintptr_t string = stp_strace_value(frame, i);
    if (string == 0)
      break;
    stp_text_put(text, i == number ? "" : ", ");
    stp_text_string(text, string, STP_TEXT_CUT);
  }
  stp_text_put(text, "]");
}

static void put_protocol(struct stp_text* text, int family, unsigned protocol) {
  if (family == AF_INET || family == AF_INET6)
    stp_text_enum(text, &stp_flags_protocol, protocol);
  else
    stp_text_put(text, "%d", (int)protocol);
}

/* Before the call, or regardless of how it went. */
static void put_in(struct stp_text* text, const struct stp_strace_frame* frame, int number) {
  const struct stp_strace_argument* const argument = &frame->row->arguments[number];
  const uintptr_t value = stp_strace_value(frame, number);
  const uintptr_t other = stp_strace_value(frame, argument->by & 7);
  switch ((enum stp_strace_kind)argument->kind) {
  case STP_STRACE_INT:
  case STP_STRACE_FD:
    stp_text_put(text, "%d", (int)value);
    break;
  case STP_STRACE_UINT:
    stp_text_put(text, "%u", (unsigned)value);
    break;
  case STP_STRACE_LONG:
    stp_text_put(text, "%ld", (long)value);
    break;
  case STP_STRACE_ULONG:
    stp_text_put(text, "%lu", value);
    break;
  case STP_STRACE_HEX:
    stp_text_put(text, "%#lx", value);
    break;
  case STP_STRACE_OCTAL:
    stp_text_put(text, "%#03o", (unsigned)value);
    break;
  case STP_STRACE_OPEN_MODE:
    stp_text_put(text, "%#03o", (unsigned)value);
    break;
  case STP_STRACE_FILE_MODE:
    stp_show_file_mode(text, (unsigned)value);
    break;
  case STP_STRACE_DIRFD:
    if ((int)value == AT_FDCWD)
      stp_text_put(text, "AT_FDCWD");
    else
      stp_text_put(text, "%d", (int)value);
    break;
  case STP_STRACE_SIGNAL:
    stp_show_signal(text, (int)value);
    break;
  case STP_STRACE_ID:
    stp_text_put(text, (int)value == -1 ? "-1" : "%u", (unsigned)value);
    break;
  case STP_STRACE_PATH:
    stp_text_string(text, value, PATH_MAX - 1);
    break;
  case STP_STRACE_STRING:
    stp_text_string(text, value, STP_TEXT_CUT);
    break;
  case STP_STRACE_BYTES:
    stp_text_quoted(text, value, other, STP_TEXT_CUT);
    break;
  case STP_STRACE_ENUM:
    stp_text_enum(text, argument->flags, (unsigned)value);
    break;
  case STP_STRACE_FLAGS:
    stp_text_flags(text, argument->flags, (unsigned)value);
    break;
  case STP_STRACE_OFFSET:
  case STP_STRACE_LONG_IN:
    stp_show_word(text, value, sizeof(long), "[%ld]");
    break;
  case STP_STRACE_IOVEC:
    stp_show_iovec(text, value, other, SIZE_MAX);
    break;
  case STP_STRACE_FCNTL_ARGUMENT:
    put_fcntl_argument(text, (unsigned)other, value);
    break;
  case STP_STRACE_POLLFDS:
    stp_show_pollfds(text, value, other, false);
    break;
  case STP_STRACE_FDSET:
    stp_show_fdset(text, value, (int)other < 0 ? 0 : other);
    break;
  case STP_STRACE_SOCKET_TYPE:
    stp_show_socket_type(text, (int)value);
    break;
  case STP_STRACE_PROTOCOL:
    put_protocol(text, (int)other, (unsigned)value);
    break;
  case STP_STRACE_ADDRESS_:
    stp_show_address(text, value, (unsigned)other);
    break;
  case STP_STRACE_MESSAGE:
    stp_show_message(text, value, SIZE_MAX);
    break;
  case STP_STRACE_OPTION:
    stp_show_option(text, (int)other, (int)value);
    break;
  case STP_STRACE_OPTION_VALUE:
    stp_show_option_value(text, (int)stp_strace_value(frame, 1), (int)stp_strace_value(frame, 2),
                          value, (unsigned)other);
    break;
  case STP_STRACE_STRINGS_LISTED:
    put_listed(text, frame, number);
    break;
  case STP_STRACE_PRCTL_ARGUMENT:
    put_prctl_argument(text, (unsigned)other, value);
    break;
  case STP_STRACE_INTS:
    stp_show_ints(text, value, argument->by);
    break;
  case STP_STRACE_INTS_BY:
    stp_show_ints(text, value, other);
    break;
  case STP_STRACE_CPUS:
    stp_show_cpus(text, value, other);
    break;
  case STP_STRACE_IPC_KEY:
    stp_text_put(text, (int)value == IPC_PRIVATE ? "IPC_PRIVATE" : "%#x", (unsigned)value);
    break;
  case STP_STRACE_IPC_FLAGS:
    put_ipc_flags(text, (unsigned)value);
    break;
  case STP_STRACE_SEMBUFS:
    stp_show_semaphores(text, value, other);
    break;
  case STP_STRACE_MSGBUF:
    stp_show_msgbuf(text, value, other);
    break;
  case STP_STRACE_UNKNOWN:
    stp_text_put(text, "...");
    break;
  default:
    stp_text_pointer(text, value);
  }
}

/* Those that are a structure, or what it takes to show it, and nothing else. */
static void (*const plain[])(struct stp_text* text, uintptr_t value) = {
    [STP_STRACE_EPOLL_EVENT] = stp_show_epoll_event,
    [STP_STRACE_SIGSET] = stp_show_sigset,
    [STP_STRACE_SIGACTION] = stp_show_sigaction,
    [STP_STRACE_SIGINFO] = stp_show_siginfo_at,
    [STP_STRACE_SIGEVENT] = stp_show_sigevent,
    [STP_STRACE_HANDLER] = stp_show_handler,
    [STP_STRACE_TIMESPEC] = stp_show_timespec,
    [STP_STRACE_TIMESPECS] = stp_show_timespecs,
    [STP_STRACE_TIMEVAL] = stp_show_timeval,
    [STP_STRACE_TIMEVALS] = stp_show_timevals,
    [STP_STRACE_ITIMERSPEC] = stp_show_itimerspec,
    [STP_STRACE_ITIMERVAL] = stp_show_itimerval,
    [STP_STRACE_STRINGS] = stp_show_strings,
    [STP_STRACE_VARIABLES] = stp_show_variables,
    [STP_STRACE_RLIMIT] = stp_show_rlimit,
    [STP_STRACE_SIGSET_OUT] = stp_show_sigset,
    [STP_STRACE_SIGACTION_OUT] = stp_show_sigaction,
    [STP_STRACE_SIGINFO_OUT] = stp_show_siginfo_at,
    [STP_STRACE_TIMESPEC_OUT] = stp_show_timespec,
    [STP_STRACE_TIMEVAL_OUT] = stp_show_timeval,
    [STP_STRACE_ITIMERSPEC_OUT] = stp_show_itimerspec,
    [STP_STRACE_ITIMERVAL_OUT] = stp_show_itimerval,
    [STP_STRACE_STAT_OUT] = stp_show_stat,
    [STP_STRACE_STATX_OUT] = stp_show_statx,
    [STP_STRACE_RUSAGE_OUT] = stp_show_rusage,
    [STP_STRACE_RLIMIT_OUT] = stp_show_rlimit,
    [STP_STRACE_UTSNAME_OUT] = stp_show_utsname,
    [STP_STRACE_TIMESPEC_LEFT] = stp_show_timespec,
};

void stp_strace_argument(struct stp_text* text, const struct stp_strace_frame* frame, int number) {
  const int kind = frame->row->arguments[number].kind;
  const uintptr_t value = stp_strace_value(frame, number);
  if (kind > STP_STRACE_READ_LATE && stp_strace_failed(frame) != (kind == STP_STRACE_TIMESPEC_LEFT))
    stp_text_pointer(text, value); /* nothing was written; of a sleep, only what is left */
  else if (kind < (int)(sizeof plain / sizeof *plain) && plain[kind])
    plain[kind](text, value);
  else if (kind < STP_STRACE_READ_LATE)
    put_in(text, frame, number);
  else
    stp_strace_written(text, frame, number);
}
