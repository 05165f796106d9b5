/* The tables of flags. Names of libc's and the kernel's headers, values included. */
#include <stdbool.h>

#include "trace/strace_flags.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "trace/strace_text.h"

#define F(name)                                                                                    \
  { (unsigned)name, #name }
#define TABLE(kind, unknown, choice, hexadecimal, ...)                                             \
  static const struct stp_flag kind##_table[] = {__VA_ARGS__, {0, NULL}};                          \
  const struct stp_flags stp_flags_##kind = {unknown, choice, hexadecimal, kind##_table};
#define SET(kind, unknown, ...) TABLE(kind, unknown, 0, true, __VA_ARGS__)
#define CHOICE(kind, unknown, ...) TABLE(kind, unknown, 0, true, __VA_ARGS__)
#define NUMBER(kind, unknown, ...) TABLE(kind, unknown, 0, false, __VA_ARGS__)

/* ---- files ---- */

TABLE(open, "O_???", O_ACCMODE, true, F(O_RDONLY), F(O_WRONLY), F(O_RDWR), F(O_CREAT), F(O_EXCL),
      F(O_NOCTTY), F(O_TRUNC), F(O_APPEND), F(O_NONBLOCK), F(O_SYNC), F(O_DSYNC), F(O_TMPFILE),
      F(O_DIRECTORY), F(O_NOFOLLOW), F(O_CLOEXEC), F(O_DIRECT), F(O_NOATIME), F(O_PATH), F(O_ASYNC))
SET(descriptor, "O_???", F(O_NONBLOCK), F(O_CLOEXEC), F(O_DIRECT))
SET(at, "AT_???", F(AT_SYMLINK_NOFOLLOW), F(AT_EACCESS), F(AT_SYMLINK_FOLLOW), F(AT_NO_AUTOMOUNT),
    F(AT_EMPTY_PATH), F(AT_STATX_FORCE_SYNC), F(AT_STATX_DONT_SYNC))
SET(unlinkat, "AT_???", F(AT_REMOVEDIR))
SET(access, "?_OK", F(F_OK), F(R_OK), F(W_OK), F(X_OK))
SET(statx, "STATX_???", F(STATX_ALL), F(STATX_BASIC_STATS), F(STATX_TYPE), F(STATX_MODE),
    F(STATX_NLINK), F(STATX_UID), F(STATX_GID), F(STATX_ATIME), F(STATX_MTIME), F(STATX_CTIME),
    F(STATX_INO), F(STATX_SIZE), F(STATX_BLOCKS), F(STATX_BTIME))
SET(rename, "RENAME_???", F(RENAME_NOREPLACE), F(RENAME_EXCHANGE), F(RENAME_WHITEOUT))
SET(fallocate, "FALLOC_FL_???", F(FALLOC_FL_KEEP_SIZE), F(FALLOC_FL_PUNCH_HOLE),
    F(FALLOC_FL_COLLAPSE_RANGE), F(FALLOC_FL_ZERO_RANGE), F(FALLOC_FL_INSERT_RANGE),
    F(FALLOC_FL_UNSHARE_RANGE))
CHOICE(fadvise, "POSIX_FADV_???", F(POSIX_FADV_NORMAL), F(POSIX_FADV_RANDOM),
       F(POSIX_FADV_SEQUENTIAL), F(POSIX_FADV_WILLNEED), F(POSIX_FADV_DONTNEED),
       F(POSIX_FADV_NOREUSE))
NUMBER(whence, "SEEK_???", F(SEEK_SET), F(SEEK_CUR), F(SEEK_END), F(SEEK_DATA), F(SEEK_HOLE))
NUMBER(lockf, "F_???", F(F_ULOCK), F(F_LOCK), F(F_TLOCK), F(F_TEST))
SET(flock, "LOCK_???", F(LOCK_SH), F(LOCK_EX), F(LOCK_UN), F(LOCK_NB))
NUMBER(fcntl, "F_???", F(F_DUPFD), F(F_GETFD), F(F_SETFD), F(F_GETFL), F(F_SETFL), F(F_GETLK),
       F(F_SETLK), F(F_SETLKW), F(F_SETOWN), F(F_GETOWN), F(F_SETSIG), F(F_GETSIG),
       F(F_DUPFD_CLOEXEC), F(F_SETPIPE_SZ), F(F_GETPIPE_SZ), F(F_ADD_SEALS), F(F_GET_SEALS),
       F(F_OFD_GETLK), F(F_OFD_SETLK), F(F_OFD_SETLKW), F(F_SETLEASE), F(F_GETLEASE), F(F_NOTIFY))
SET(fd, "FD_???", F(FD_CLOEXEC))
NUMBER(lock, "F_???", F(F_RDLCK), F(F_WRLCK), F(F_UNLCK))
CHOICE(ioctl, "_IOC_???", F(FIONREAD), F(FIONBIO), F(FIOASYNC), F(FIOCLEX), F(FIONCLEX), F(TCGETS),
       F(TCSETS), F(TCSETSW), F(TCSETSF), F(TIOCGWINSZ), F(TIOCSWINSZ), F(TIOCGPGRP), F(TIOCSPGRP),
       F(TIOCSCTTY), F(TIOCNOTTY), F(TIOCGSID), F(TIOCGPTN), F(TIOCSPTLCK), F(TIOCGPTPEER),
       F(TIOCOUTQ), F(TIOCSTI), F(TIOCEXCL), F(TIOCNXCL), F(TIOCPKT), F(TCFLSH), F(TCSBRK),
       F(TCXONC), F(SIOCATMARK), F(SIOCGIFCONF), F(SIOCGIFNAME), F(SIOCGIFINDEX), F(SIOCGIFFLAGS),
       F(SIOCSIFFLAGS), F(SIOCGIFADDR), F(SIOCSIFADDR), F(SIOCGIFNETMASK), F(SIOCGIFBRDADDR),
       F(SIOCGIFHWADDR), F(SIOCGIFMTU), F(SIOCSIFMTU), F(SIOCGIFTXQLEN), F(SIOCGIFMETRIC),
       F(SIOCGIFDSTADDR))
SET(close_range, "CLOSE_RANGE_???", F(CLOSE_RANGE_UNSHARE), F(CLOSE_RANGE_CLOEXEC))
SET(splice, "SPLICE_F_???", F(SPLICE_F_MOVE), F(SPLICE_F_NONBLOCK), F(SPLICE_F_MORE),
    F(SPLICE_F_GIFT))
SET(rwf, "RWF_???", F(RWF_HIPRI), F(RWF_DSYNC), F(RWF_SYNC), F(RWF_NOWAIT), F(RWF_APPEND))
SET(poll, "POLL???", F(POLLIN), F(POLLPRI), F(POLLOUT), F(POLLRDNORM), F(POLLRDBAND), F(POLLWRNORM),
    F(POLLWRBAND), F(POLLMSG), F(POLLRDHUP), F(POLLERR), F(POLLHUP), F(POLLNVAL))
SET(epoll_events, "EPOLL???", F(EPOLLIN), F(EPOLLPRI), F(EPOLLOUT), F(EPOLLRDNORM), F(EPOLLRDBAND),
    F(EPOLLWRNORM), F(EPOLLWRBAND), F(EPOLLMSG), F(EPOLLERR), F(EPOLLHUP), F(EPOLLRDHUP),
    F(EPOLLEXCLUSIVE), F(EPOLLWAKEUP), F(EPOLLONESHOT), F(EPOLLET))
SET(epoll_create, "EPOLL_???", F(EPOLL_CLOEXEC))
NUMBER(epoll_ctl, "EPOLL_CTL_???", F(EPOLL_CTL_ADD), F(EPOLL_CTL_DEL), F(EPOLL_CTL_MOD))
SET(eventfd, "EFD_???", F(EFD_CLOEXEC), F(EFD_NONBLOCK), F(EFD_SEMAPHORE))
SET(timerfd, "TFD_???", F(TFD_CLOEXEC), F(TFD_NONBLOCK))
SET(signalfd, "SFD_???", F(SFD_CLOEXEC), F(SFD_NONBLOCK))
SET(inotify_init, "IN_???", F(IN_CLOEXEC), F(IN_NONBLOCK))
SET(inotify, "IN_???", F(IN_ALL_EVENTS), F(IN_ACCESS), F(IN_MODIFY), F(IN_ATTRIB),
    F(IN_CLOSE_WRITE), F(IN_CLOSE_NOWRITE), F(IN_OPEN), F(IN_MOVED_FROM), F(IN_MOVED_TO),
    F(IN_CREATE), F(IN_DELETE), F(IN_DELETE_SELF), F(IN_MOVE_SELF), F(IN_ONLYDIR),
    F(IN_DONT_FOLLOW), F(IN_EXCL_UNLINK), F(IN_MASK_CREATE), F(IN_MASK_ADD), F(IN_ONESHOT))

/* ---- sockets ---- */

NUMBER(family, "AF_???", F(AF_UNSPEC), F(AF_UNIX), F(AF_INET), F(AF_INET6), F(AF_NETLINK),
       F(AF_PACKET), F(AF_VSOCK), F(AF_BLUETOOTH), F(AF_ALG))
NUMBER(socket_type, "SOCK_???", F(SOCK_STREAM), F(SOCK_DGRAM), F(SOCK_RAW), F(SOCK_RDM),
       F(SOCK_SEQPACKET), F(SOCK_PACKET))
SET(socket, "SOCK_???", F(SOCK_CLOEXEC), F(SOCK_NONBLOCK))
NUMBER(protocol, "IPPROTO_???", F(IPPROTO_IP), F(IPPROTO_ICMP), F(IPPROTO_TCP), F(IPPROTO_UDP),
       F(IPPROTO_IPV6), F(IPPROTO_ICMPV6), F(IPPROTO_SCTP), F(IPPROTO_UDPLITE), F(IPPROTO_RAW))
NUMBER(shutdown, "SHUT_???", F(SHUT_RD), F(SHUT_WR), F(SHUT_RDWR))
SET(msg, "MSG_???", F(MSG_OOB), F(MSG_PEEK), F(MSG_DONTROUTE), F(MSG_CTRUNC), F(MSG_TRUNC),
    F(MSG_DONTWAIT), F(MSG_EOR), F(MSG_WAITALL), F(MSG_CONFIRM), F(MSG_ERRQUEUE), F(MSG_NOSIGNAL),
    F(MSG_MORE), F(MSG_WAITFORONE), F(MSG_FASTOPEN), F(MSG_CMSG_CLOEXEC))
NUMBER(level, "SOL_???", F(SOL_SOCKET), F(SOL_IP), F(SOL_TCP), {17, "SOL_UDP"}, F(SOL_IPV6),
       F(SOL_ICMPV6), F(SOL_RAW), F(SOL_NETLINK), F(SOL_PACKET))
NUMBER(socket_option, "SO_???", F(SO_DEBUG), F(SO_REUSEADDR), F(SO_TYPE), F(SO_ERROR),
       F(SO_DONTROUTE), F(SO_BROADCAST), F(SO_SNDBUF), F(SO_RCVBUF), F(SO_KEEPALIVE),
       F(SO_OOBINLINE), F(SO_PRIORITY), F(SO_LINGER), F(SO_REUSEPORT), F(SO_PASSCRED),
       F(SO_PEERCRED), F(SO_RCVLOWAT), F(SO_SNDLOWAT), F(SO_RCVTIMEO), F(SO_SNDTIMEO),
       F(SO_BINDTODEVICE), F(SO_ATTACH_FILTER), F(SO_DETACH_FILTER), F(SO_TIMESTAMP),
       F(SO_ACCEPTCONN), F(SO_SNDBUFFORCE), F(SO_RCVBUFFORCE), F(SO_MARK), F(SO_PROTOCOL),
       F(SO_DOMAIN), F(SO_RXQ_OVFL), F(SO_TIMESTAMPNS), F(SO_TIMESTAMPING), F(SO_BUSY_POLL),
       F(SO_INCOMING_CPU), F(SO_ZEROCOPY))
NUMBER(tcp, "TCP_???", F(TCP_NODELAY), F(TCP_MAXSEG), F(TCP_CORK), F(TCP_KEEPIDLE),
       F(TCP_KEEPINTVL), F(TCP_KEEPCNT), F(TCP_SYNCNT), F(TCP_LINGER2), F(TCP_DEFER_ACCEPT),
       F(TCP_WINDOW_CLAMP), F(TCP_INFO), F(TCP_QUICKACK), F(TCP_CONGESTION), F(TCP_USER_TIMEOUT),
       F(TCP_FASTOPEN), F(TCP_FASTOPEN_CONNECT), F(TCP_NOTSENT_LOWAT))
NUMBER(ip, "IP_???", F(IP_TOS), F(IP_TTL), F(IP_HDRINCL), F(IP_OPTIONS), F(IP_RECVOPTS),
       F(IP_PKTINFO), F(IP_MTU_DISCOVER), F(IP_RECVERR), F(IP_RECVTTL), F(IP_RECVTOS), F(IP_MTU),
       F(IP_FREEBIND), F(IP_TRANSPARENT), F(IP_RECVORIGDSTADDR), F(IP_MINTTL), F(IP_MULTICAST_IF),
       F(IP_MULTICAST_TTL), F(IP_MULTICAST_LOOP), F(IP_ADD_MEMBERSHIP), F(IP_DROP_MEMBERSHIP),
       F(IP_MULTICAST_ALL), F(IP_BIND_ADDRESS_NO_PORT))
NUMBER(ipv6, "IPV6_???", F(IPV6_CHECKSUM), F(IPV6_UNICAST_HOPS), F(IPV6_MULTICAST_IF),
       F(IPV6_MULTICAST_HOPS), F(IPV6_MULTICAST_LOOP), F(IPV6_JOIN_GROUP), F(IPV6_LEAVE_GROUP),
       F(IPV6_MTU_DISCOVER), F(IPV6_MTU), F(IPV6_RECVERR), F(IPV6_V6ONLY), F(IPV6_RECVPKTINFO),
       F(IPV6_PKTINFO), F(IPV6_RECVHOPLIMIT), F(IPV6_HOPLIMIT), F(IPV6_RECVTCLASS), F(IPV6_TCLASS))

/* ---- processes, signals, time ---- */

SET(wait, "W???", F(WNOHANG), F(WUNTRACED), F(WEXITED), F(WCONTINUED), F(WNOWAIT), F(__WNOTHREAD),
    F(__WALL), F(__WCLONE))
NUMBER(idtype, "P_???", F(P_ALL), F(P_PID), F(P_PGID), F(P_PIDFD))
NUMBER(rlimit, "RLIMIT_???", F(RLIMIT_CPU), F(RLIMIT_FSIZE), F(RLIMIT_DATA), F(RLIMIT_STACK),
       F(RLIMIT_CORE), F(RLIMIT_RSS), F(RLIMIT_NPROC), F(RLIMIT_NOFILE), F(RLIMIT_MEMLOCK),
       F(RLIMIT_AS), F(RLIMIT_LOCKS), F(RLIMIT_SIGPENDING), F(RLIMIT_MSGQUEUE), F(RLIMIT_NICE),
       F(RLIMIT_RTPRIO), F(RLIMIT_RTTIME))
NUMBER(priority, "PRIO_???", F(PRIO_PROCESS), F(PRIO_PGRP), F(PRIO_USER))
NUMBER(rusage, "RUSAGE_???", F(RUSAGE_SELF), F(RUSAGE_CHILDREN), F(RUSAGE_THREAD))
NUMBER(policy, "SCHED_???", F(SCHED_OTHER), F(SCHED_FIFO), F(SCHED_RR), F(SCHED_BATCH),
       F(SCHED_IDLE), {6, "SCHED_DEADLINE"})
NUMBER(prctl, "PR_???", F(PR_SET_PDEATHSIG), F(PR_GET_PDEATHSIG), F(PR_GET_DUMPABLE),
       F(PR_SET_DUMPABLE), F(PR_GET_KEEPCAPS), F(PR_SET_KEEPCAPS), F(PR_SET_NAME), F(PR_GET_NAME),
       F(PR_GET_SECCOMP), F(PR_SET_SECCOMP), F(PR_CAPBSET_READ), F(PR_CAPBSET_DROP),
       F(PR_SET_TIMERSLACK), F(PR_GET_TIMERSLACK), F(PR_SET_CHILD_SUBREAPER),
       F(PR_GET_CHILD_SUBREAPER), F(PR_SET_NO_NEW_PRIVS), F(PR_GET_NO_NEW_PRIVS), F(PR_CAP_AMBIENT),
       F(PR_SET_THP_DISABLE), F(PR_SET_VMA))
NUMBER(sigmask, "SIG_???", F(SIG_BLOCK), F(SIG_UNBLOCK), F(SIG_SETMASK))
SET(sa, "SA_???", F(SA_RESTART), F(SA_NOCLDSTOP), F(SA_NOCLDWAIT), F(SA_SIGINFO), F(SA_ONSTACK),
    F(SA_NODEFER), F(SA_RESETHAND))
NUMBER(clock, "CLOCK_???", F(CLOCK_REALTIME), F(CLOCK_MONOTONIC), F(CLOCK_PROCESS_CPUTIME_ID),
       F(CLOCK_THREAD_CPUTIME_ID), F(CLOCK_MONOTONIC_RAW), F(CLOCK_REALTIME_COARSE),
       F(CLOCK_MONOTONIC_COARSE), F(CLOCK_BOOTTIME), F(CLOCK_REALTIME_ALARM),
       F(CLOCK_BOOTTIME_ALARM), F(CLOCK_TAI))
SET(timer, "TIMER_???", F(TIMER_ABSTIME))
NUMBER(itimer, "ITIMER_???", F(ITIMER_REAL), F(ITIMER_VIRTUAL), F(ITIMER_PROF))
NUMBER(futex, "FUTEX_???", F(FUTEX_WAIT), F(FUTEX_WAKE), F(FUTEX_REQUEUE), F(FUTEX_CMP_REQUEUE),
       F(FUTEX_WAKE_OP), F(FUTEX_WAIT_BITSET), F(FUTEX_WAKE_BITSET), F(FUTEX_WAIT_PRIVATE),
       F(FUTEX_WAKE_PRIVATE), F(FUTEX_REQUEUE_PRIVATE), F(FUTEX_CMP_REQUEUE_PRIVATE),
       F(FUTEX_WAKE_OP_PRIVATE), F(FUTEX_WAIT_BITSET_PRIVATE), F(FUTEX_WAKE_BITSET_PRIVATE),
       {FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME,
        "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME"})
SET(getrandom, "GRND_???", F(GRND_NONBLOCK), F(GRND_RANDOM), F(GRND_INSECURE))

/* ---- memory, System V ---- */

SET(prot, "PROT_???", F(PROT_NONE), F(PROT_READ), F(PROT_WRITE), F(PROT_EXEC), F(PROT_GROWSDOWN),
    F(PROT_GROWSUP))
TABLE(map, "MAP_???", MAP_TYPE, true, {0, "0x0 /* MAP_??? */"}, F(MAP_SHARED), F(MAP_PRIVATE),
      F(MAP_SHARED_VALIDATE), F(MAP_FIXED), F(MAP_ANONYMOUS), F(MAP_32BIT), F(MAP_NORESERVE),
      F(MAP_POPULATE), F(MAP_NONBLOCK), F(MAP_GROWSDOWN), F(MAP_DENYWRITE), F(MAP_LOCKED),
      F(MAP_STACK), F(MAP_HUGETLB), F(MAP_FIXED_NOREPLACE))
SET(mremap, "MREMAP_???", F(MREMAP_MAYMOVE), F(MREMAP_FIXED), {4, "MREMAP_DONTUNMAP"})
CHOICE(madvise, "MADV_???", F(MADV_NORMAL), F(MADV_RANDOM), F(MADV_SEQUENTIAL), F(MADV_WILLNEED),
       F(MADV_DONTNEED), F(MADV_FREE), F(MADV_REMOVE), F(MADV_DONTFORK), F(MADV_DOFORK),
       F(MADV_MERGEABLE), F(MADV_UNMERGEABLE), F(MADV_HUGEPAGE), F(MADV_NOHUGEPAGE),
       F(MADV_DONTDUMP), F(MADV_DODUMP), F(MADV_WIPEONFORK), F(MADV_KEEPONFORK), F(MADV_COLD),
       F(MADV_PAGEOUT), {22, "MADV_POPULATE_READ"}, {23, "MADV_POPULATE_WRITE"})
SET(msync, "MS_???", F(MS_ASYNC), F(MS_INVALIDATE), F(MS_SYNC))
SET(mlockall, "MCL_???", F(MCL_CURRENT), F(MCL_FUTURE), F(MCL_ONFAULT))
SET(memfd, "MFD_???", F(MFD_CLOEXEC), F(MFD_ALLOW_SEALING), F(MFD_HUGETLB))
SET(shmat, "SHM_???", F(SHM_RDONLY), F(SHM_RND), F(SHM_REMAP), F(SHM_EXEC))
SET(msgflg, "MSG_???", F(IPC_NOWAIT), F(MSG_NOERROR), F(MSG_EXCEPT), {040000, "MSG_COPY"})
NUMBER(ipc, "IPC_???", F(IPC_RMID), F(IPC_SET), F(IPC_STAT), F(IPC_INFO), F(GETPID), F(GETVAL),
       F(GETALL), F(GETNCNT), F(GETZCNT), F(SETVAL), F(SETALL))

/* ---- text ---- */

static bool put(struct stp_text* text, bool first, const char* name) {
  stp_text_put(text, "%s%s", first ? "" : "|", name);
  return false;
}

void stp_text_flags(struct stp_text* text, const struct stp_flags* flags, unsigned value) {
  bool first = true;
  const unsigned chosen = value & flags->choice;
  unsigned left = value & ~flags->choice;
  const bool zero = value == 0;
  for (const struct stp_flag* flag = flags->of; flag->name; flag++) {
    if (flags->choice && (flag->value & ~flags->choice) == 0) {
      if (flag->value == chosen)
        first = put(text, first, flag->name);
    } else if (flag->value == 0 ? zero : (left & flag->value) == flag->value) {
      first = put(text, first, flag->name);
      left &= ~flag->value;
    }
  }
  if (left != 0 && first)
    stp_text_put(text, "%#x /* %s */", left, flags->unknown);
  else if (left != 0)
    stp_text_put(text, "|%#x", left);
  else if (first)
    stp_text_put(text, "0");
}

void stp_text_enum(struct stp_text* text, const struct stp_flags* flags, unsigned value) {
  for (const struct stp_flag* flag = flags->of; flag->name; flag++)
    if (flag->value == value) {
      stp_text_put(text, "%s", flag->name);
      return;
    }
  stp_text_put(text, flags->hexadecimal ? "%#x /* %s */" : "%d /* %s */", value, flags->unknown);
}
