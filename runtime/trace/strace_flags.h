/* Linux's own names of the values that calls take. */
#ifndef STP_STRACE_FLAGS_H
#define STP_STRACE_FLAGS_H

#include <stdbool.h>

struct stp_text;

struct stp_flag {
  unsigned value;
  const char* name;
};

/* Of one kind of argument. In a set of flags, a value of several bits comes before those that it
 * consists of; a zero has a name where Linux gives it one. */
struct stp_flags {
  const char* unknown;       /* "O_???": what strace says of values without a name */
  unsigned choice;           /* bits of a set that are one number: O_ACCMODE */
  bool hexadecimal;          /* numbers without a name are shown so */
  const struct stp_flag* of; /* ends with a null name */
};

extern const struct stp_flags stp_flags_access, stp_flags_at, stp_flags_clock,
    stp_flags_close_range, stp_flags_descriptor, stp_flags_epoll_create, stp_flags_epoll_ctl,
    stp_flags_epoll_events, stp_flags_eventfd, stp_flags_fadvise, stp_flags_fallocate,
    stp_flags_family, stp_flags_fcntl, stp_flags_fd, stp_flags_flock, stp_flags_futex,
    stp_flags_getrandom, stp_flags_idtype, stp_flags_inotify, stp_flags_inotify_init,
    stp_flags_ioctl, stp_flags_ip, stp_flags_ipc, stp_flags_ipv6, stp_flags_itimer, stp_flags_level,
    stp_flags_lock, stp_flags_lockf, stp_flags_madvise, stp_flags_map, stp_flags_memfd,
    stp_flags_mlockall, stp_flags_mremap, stp_flags_msg, stp_flags_msgflg, stp_flags_msync,
    stp_flags_open, stp_flags_policy, stp_flags_poll, stp_flags_prctl, stp_flags_priority,
    stp_flags_prot, stp_flags_protocol, stp_flags_rename, stp_flags_rlimit, stp_flags_rusage,
    stp_flags_rwf, stp_flags_sa, stp_flags_shmat, stp_flags_shutdown, stp_flags_sigmask,
    stp_flags_signalfd, stp_flags_socket, stp_flags_socket_option, stp_flags_socket_type,
    stp_flags_splice, stp_flags_statx, stp_flags_tcp, stp_flags_timer, stp_flags_timerfd,
    stp_flags_unlinkat, stp_flags_wait, stp_flags_whence;

/* "O_RDWR|O_CREAT"; "0" or the name of 0 for none; unknown bits in hexadecimal. */
void stp_text_flags(struct stp_text* text, const struct stp_flags* flags, unsigned value);

/* The name, or the number with a note. */
void stp_text_enum(struct stp_text* text, const struct stp_flags* flags, unsigned value);

#endif
