/* Structures of time, signals, processes and files, as strace shows them. */
#include "trace/strace_structs.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>

#include "process/signals.h"
#include "trace/strace_flags.h"

/* Declares `value` and fills it from `from`, or shows the address and returns. */
#define READ(type, value)                                                                          \
  type value;                                                                                      \
  if (from == 0 || !stp_text_read(&value, from, sizeof value)) {                                   \
    stp_text_pointer(text, from);                                                                  \
    return;                                                                                        \
  }

/* ---- time ---- */

static void put_timespec(struct stp_text* text, const struct timespec* time) {
  if (time->tv_nsec == UTIME_NOW || time->tv_nsec == UTIME_OMIT)
    stp_text_put(text, "%s", time->tv_nsec == UTIME_NOW ? "UTIME_NOW" : "UTIME_OMIT");
  else
    stp_text_put(text, "{tv_sec=%ld, tv_nsec=%ld}", time->tv_sec, time->tv_nsec);
}

static void put_timeval(struct stp_text* text, const struct timeval* time) {
  stp_text_put(text, "{tv_sec=%ld, tv_usec=%ld}", time->tv_sec, time->tv_usec);
}

void stp_show_timespec(struct stp_text* text, uintptr_t from) {
  READ(struct timespec, time)
  put_timespec(text, &time);
}

void stp_show_timeval(struct stp_text* text, uintptr_t from) {
  READ(struct timeval, time)
  put_timeval(text, &time);
}

void stp_show_timespecs(struct stp_text* text, uintptr_t from) {
  READ(
      struct stp_two { struct timespec of[2]; }, times)
  stp_text_put(text, "[");
  put_timespec(text, &times.of[0]);
  stp_text_put(text, ", ");
  put_timespec(text, &times.of[1]);
  stp_text_put(text, "]");
}

void stp_show_timevals(struct stp_text* text, uintptr_t from) {
  READ(
      struct stp_two_vals { struct timeval of[2]; }, times)
  stp_text_put(text, "[");
  put_timeval(text, &times.of[0]);
  stp_text_put(text, ", ");
  put_timeval(text, &times.of[1]);
  stp_text_put(text, "]");
}

void stp_show_itimerspec(struct stp_text* text, uintptr_t from) {
  READ(struct itimerspec, timer)
  stp_text_put(text, "{it_interval=");
  put_timespec(text, &timer.it_interval);
  stp_text_put(text, ", it_value=");
  put_timespec(text, &timer.it_value);
  stp_text_put(text, "}");
}

void stp_show_itimerval(struct stp_text* text, uintptr_t from) {
  READ(struct itimerval, timer)
  stp_text_put(text, "{it_interval=");
  put_timeval(text, &timer.it_interval);
  stp_text_put(text, ", it_value=");
  put_timeval(text, &timer.it_value);
  stp_text_put(text, "}");
}

/* ---- signals ---- */

enum { FIRST_REAL_TIME = 32 }; /* the kernel's; strace counts from it */

static void put_signal_name(struct stp_text* text, int signal) {
  const char* const name = sigabbrev_np(signal);
  if (signal >= FIRST_REAL_TIME && signal <= 64)
    stp_text_put(text, signal == FIRST_REAL_TIME ? "RTMIN" : "RT_%d", signal - FIRST_REAL_TIME);
  else if (name)
    stp_text_put(text, "%s", name);
  else
    stp_text_put(text, "%d", signal);
}

void stp_show_signal(struct stp_text* text, int signal) {
  if (stp_signal_valid(signal))
    stp_text_put(text, "SIG");
  put_signal_name(text, signal);
}

static void put_sigset(struct stp_text* text, uint64_t set) {
  const bool complement = __builtin_popcountll(set) > 2 * 64 / 3;
  stp_text_put(text, complement ? "~[" : "[");
  const char* space = "";
  for (int signal = 1; signal <= 64; signal++)
    if ((set >> (signal - 1) & 1) != complement) {
      stp_text_put(text, "%s", space);
      put_signal_name(text, signal);
      space = " ";
    }
  stp_text_put(text, "]");
}

void stp_show_sigset(struct stp_text* text, uintptr_t from) {
  READ(uint64_t, set)
  put_sigset(text, set);
}

void stp_show_handler(struct stp_text* text, uintptr_t handler) {
  if (handler == (uintptr_t)SIG_DFL)
    stp_text_put(text, "SIG_DFL");
  else if (handler == (uintptr_t)SIG_IGN)
    stp_text_put(text, "SIG_IGN");
  else if (handler == (uintptr_t)SIG_ERR)
    stp_text_put(text, "SIG_ERR");
  else
    stp_text_put(text, "%#lx", handler);
}

void stp_show_sigaction(struct stp_text* text, uintptr_t from) {
  READ(struct sigaction, action)
  stp_text_put(text, "{sa_handler=");
  stp_show_handler(text, (uintptr_t)action.sa_handler);
  stp_text_put(text, ", sa_mask=");
  put_sigset(text, stp_sigset_of(&action.sa_mask));
  stp_text_put(text, ", sa_flags=");
  stp_text_flags(text, &stp_flags_sa, (unsigned)action.sa_flags);
  stp_text_put(text, "}");
}

static const char* code_of(const siginfo_t* info) {
  static const char* const child[] = {
      "", "CLD_EXITED", "CLD_KILLED", "CLD_DUMPED", "CLD_TRAPPED", "CLD_STOPPED", "CLD_CONTINUED"};
  static const char* const segv[] = {"", "SEGV_MAPERR", "SEGV_ACCERR"};
  static const char* const bus[] = {"", "BUS_ADRALN", "BUS_ADRERR", "BUS_OBJERR"};
  static const char* const fpe[] = {"",           "FPE_INTDIV", "FPE_INTOVF", "FPE_FLTDIV",
                                    "FPE_FLTOVF", "FPE_FLTUND", "FPE_FLTRES", "FPE_FLTINV"};
  const int code = info->si_code;
  switch (code) {
  case SI_USER:
    return "SI_USER";
  case SI_KERNEL:
    return "SI_KERNEL";
  case SI_QUEUE:
    return "SI_QUEUE";
  case SI_TIMER:
    return "SI_TIMER";
  case SI_MESGQ:
    return "SI_MESGQ";
  case SI_TKILL:
    return "SI_TKILL";
  default:
    break;
  }
  switch (code > 0 ? info->si_signo : 0) {
  case SIGCHLD:
    return code <= CLD_CONTINUED ? child[code] : NULL;
  case SIGSEGV:
    return code <= SEGV_ACCERR ? segv[code] : NULL;
  case SIGBUS:
    return code <= BUS_OBJERR ? bus[code] : NULL;
  case SIGFPE:
    return code <= FPE_FLTINV ? fpe[code] : NULL;
  default:
    return NULL;
  }
}

static void put_child(struct stp_text* text, const siginfo_t* info) {
  stp_text_put(text, ", si_pid=%d, si_uid=%u, si_status=", info->si_pid, info->si_uid);
  if (info->si_code == CLD_EXITED)
    stp_text_put(text, "%d", info->si_status);
  else
    stp_show_signal(text, info->si_status);
  stp_text_put(text, ", si_utime=%ld, si_stime=%ld", info->si_utime, info->si_stime);
}

void stp_show_siginfo(struct stp_text* text, const siginfo_t* info) {
  const int signal = info->si_signo, code = info->si_code;
  if (signal == 0) {
    stp_text_put(text, "{}");
    return;
  }
  stp_text_put(text, "{si_signo=");
  stp_show_signal(text, signal);
  const char* const name = code_of(info);
  if (name)
    stp_text_put(text, ", si_code=%s", name);
  else
    stp_text_put(text, ", si_code=%d", code);
  if (code == SI_TIMER)
    stp_text_put(text, ", si_timerid=%#x, si_overrun=%d", (unsigned)info->si_timerid,
                 info->si_overrun);
  else if (code == SI_USER || code == SI_TKILL || code == SI_QUEUE || code == SI_MESGQ)
    stp_text_put(text, ", si_pid=%d, si_uid=%u", info->si_pid, info->si_uid);
  else if (code != SI_KERNEL && signal == SIGCHLD)
    put_child(text, info);
  else if (code != SI_KERNEL && (signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE ||
                                 signal == SIGILL || signal == SIGTRAP)) {
    stp_text_put(text, ", si_addr=");
    stp_text_pointer(text, (uintptr_t)info->si_addr);
  }
  if (code == SI_TIMER || code == SI_QUEUE || code == SI_MESGQ) {
    stp_text_put(text, ", si_int=%d, si_ptr=", info->si_int);
    stp_text_pointer(text, (uintptr_t)info->si_ptr);
  }
  stp_text_put(text, "}");
}

void stp_show_siginfo_at(struct stp_text* text, uintptr_t from) {
  READ(siginfo_t, info)
  stp_show_siginfo(text, &info);
}

void stp_show_sigevent(struct stp_text* text, uintptr_t from) {
  READ(struct sigevent, event)
  stp_text_put(text, "{sigev_signo=");
  stp_show_signal(text, event.sigev_signo);
  const char* const how = event.sigev_notify == SIGEV_NONE     ? "SIGEV_NONE"
                          : event.sigev_notify == SIGEV_SIGNAL ? "SIGEV_SIGNAL"
                          : event.sigev_notify == SIGEV_THREAD ? "SIGEV_THREAD"
                                                               : "SIGEV_THREAD_ID";
  stp_text_put(text, ", sigev_notify=%s}", how);
}

/* ---- processes ---- */

void stp_show_status(struct stp_text* text, int status) {
  if (WIFCONTINUED(status)) {
    stp_text_put(text, "{WIFCONTINUED(s)}");
  } else if (WIFEXITED(status)) {
    stp_text_put(text, "{WIFEXITED(s) && WEXITSTATUS(s) == %d}", WEXITSTATUS(status));
  } else if (WIFSTOPPED(status)) {
    stp_text_put(text, "{WIFSTOPPED(s) && WSTOPSIG(s) == ");
    stp_show_signal(text, WSTOPSIG(status));
    stp_text_put(text, "}");
  } else {
    stp_text_put(text, "{WIFSIGNALED(s) && WTERMSIG(s) == ");
    stp_show_signal(text, WTERMSIG(status));
    stp_text_put(text, WCOREDUMP(status) ? " && WCOREDUMP(s)}" : "}");
  }
}

void stp_show_rusage(struct stp_text* text, uintptr_t from) {
  READ(struct rusage, usage)
  stp_text_put(text, "{ru_utime=");
  put_timeval(text, &usage.ru_utime);
  stp_text_put(text, ", ru_stime=");
  put_timeval(text, &usage.ru_stime);
  stp_text_put(text, ", ...}");
}

static void put_limit(struct stp_text* text, const char* name, rlim_t limit) {
  if (limit == RLIM_INFINITY)
    stp_text_put(text, "%s=RLIM64_INFINITY", name);
  else if (limit > 1024 && limit % 1024 == 0)
    stp_text_put(text, "%s=%lu*1024", name, limit / 1024);
  else
    stp_text_put(text, "%s=%lu", name, limit);
}

void stp_show_rlimit(struct stp_text* text, uintptr_t from) {
  READ(struct rlimit, limit)
  stp_text_put(text, "{");
  put_limit(text, "rlim_cur", limit.rlim_cur);
  put_limit(text, ", rlim_max", limit.rlim_max);
  stp_text_put(text, "}");
}

void stp_show_utsname(struct stp_text* text, uintptr_t from) {
  READ(struct utsname, names)
  stp_text_put(text, "{sysname=\"%s\", nodename=\"%s\", ...}", names.sysname, names.nodename);
}

/* ---- files ---- */

void stp_show_file_mode(struct stp_text* text, unsigned mode) {
  static const struct {
    unsigned value;
    const char* name;
  } types[] = {{S_IFREG, "S_IFREG"},  {S_IFDIR, "S_IFDIR"}, {S_IFLNK, "S_IFLNK"},
               {S_IFIFO, "S_IFIFO"},  {S_IFCHR, "S_IFCHR"}, {S_IFBLK, "S_IFBLK"},
               {S_IFSOCK, "S_IFSOCK"}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if ((mode & S_IFMT) == types[i].value)
      stp_text_put(text, "%s|", types[i].name);
  stp_text_put(text, "%s%s%s%#03o", mode & S_ISUID ? "S_ISUID|" : "",
               mode & S_ISGID ? "S_ISGID|" : "", mode & S_ISVTX ? "S_ISVTX|" : "", mode & 0777);
}

static void put_file(struct stp_text* text, const char* prefix, unsigned mode, long size,
                     unsigned long device) {
  stp_text_put(text, "{%s_mode=", prefix);
  stp_show_file_mode(text, mode);
  if (S_ISCHR(mode) || S_ISBLK(mode))
    stp_text_put(text, ", %s_rdev=makedev(%#lx, %#lx), ...}", prefix, device >> 8, device & 255);
  else
    stp_text_put(text, ", %s_size=%ld, ...}", prefix, size);
}

void stp_show_stat(struct stp_text* text, uintptr_t from) {
  READ(struct stat, file)
  put_file(text, "st", file.st_mode, file.st_size, file.st_rdev);
}

void stp_show_statx(struct stp_text* text, uintptr_t from) {
  READ(struct statx, file)
  put_file(text, "stx", file.stx_mode, (long)file.stx_size,
           (unsigned long)file.stx_rdev_major << 8 | file.stx_rdev_minor);
}

void stp_show_flock(struct stp_text* text, uintptr_t from) {
  READ(struct flock, lock)
  stp_text_put(text, "{l_type=");
  stp_text_enum(text, &stp_flags_lock, (unsigned)lock.l_type);
  stp_text_put(text, ", l_whence=");
  stp_text_enum(text, &stp_flags_whence, (unsigned)lock.l_whence);
  stp_text_put(text, ", l_start=%ld, l_len=%ld}", lock.l_start, lock.l_len);
}
