/* The tree of synthetic files: a table of paths, and what depends on numbers (/proc/PID,
 * /proc/self/fd/N). */
#include "file/synthetic.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "file/description.h"
#include "file/device.h"
#include "file/fdtable.h"
#include "file/proc.h"
#include "file/regular.h"
#include "file/texts.h"
#include "ipc/limits.h"
#include "net/proc_net.h"
#include "process/identity.h"
#include "process/process.h"
#include "terminal/tty.h"
#include "trace/log.h"

#define DIRECTORY                                                                                  \
  { .kind = STP_SYN_DIRECTORY }
#define DEVICE(device)                                                                             \
  { .kind = STP_SYN_DEVICE, .value = device }
#define TEXT(says)                                                                                 \
  { .kind = STP_SYN_TEXT, .text = says }
#define CONSTANT(says)                                                                             \
  { .kind = STP_SYN_TEXT, .target = says "\n" }
#define LINK(says)                                                                                 \
  { .kind = STP_SYN_LINK, .text = says }
#define DESCRIPTOR(fd)                                                                             \
  { .kind = STP_SYN_DESCRIPTOR, .value = fd }

static const struct row {
  const char* path;
  struct stp_synthetic node;
} rows[] = {
    {"/", DIRECTORY},
    {"/dev", DIRECTORY},
    {"/dev/fd", LINK(stp_text_fd)},
    {"/dev/full", DEVICE(STP_DEV_FULL)},
    {"/dev/null", DEVICE(STP_DEV_NULL)},
    {"/dev/ptmx", {.kind = STP_SYN_MASTER}},
    {"/dev/pts", DIRECTORY},
    {"/dev/pts/ptmx", {.kind = STP_SYN_MASTER}},
    {"/dev/random", DEVICE(STP_DEV_RANDOM)},
    {"/dev/shm", DIRECTORY},
    {"/dev/stderr", DESCRIPTOR(2)},
    {"/dev/stdin", DESCRIPTOR(0)},
    {"/dev/stdout", DESCRIPTOR(1)},
    {"/dev/tty", {.kind = STP_SYN_TERMINAL}},
    {"/dev/urandom", DEVICE(STP_DEV_URANDOM)},
    {"/dev/zero", DEVICE(STP_DEV_ZERO)},
    {"/etc/hostname", TEXT(stp_text_hostname)},
    {"/etc/hosts", TEXT(stp_text_hosts)},
    {"/etc/resolv.conf", TEXT(stp_text_resolver)},
    {"/proc", DIRECTORY},
    {"/proc/cmdline", CONSTANT("")},
    {"/proc/cpuinfo", TEXT(stp_text_cpuinfo)},
    {"/proc/filesystems", CONSTANT("nodev\tproc\nnodev\ttmpfs\n\text4")},
    {"/proc/loadavg", TEXT(stp_text_load)},
    {"/proc/meminfo", TEXT(stp_text_memory)},
    {"/proc/mounts", TEXT(stp_text_mounts)},
    {"/proc/net", DIRECTORY},
    {"/proc/net/arp", TEXT(stp_text_net_arp)},
    {"/proc/net/dev", TEXT(stp_text_net_dev)},
    {"/proc/net/if_inet6", TEXT(stp_text_net_inet6)},
    {"/proc/net/route", TEXT(stp_text_net_route)},
    {"/proc/net/tcp", TEXT(stp_text_net_tcp)},
    {"/proc/net/tcp6", TEXT(stp_text_net_tcp6)},
    {"/proc/net/udp", TEXT(stp_text_net_udp)},
    {"/proc/net/udp6", TEXT(stp_text_net_udp6)},
    {"/proc/net/unix", TEXT(stp_text_net_unix)},
    {"/proc/stat", TEXT(stp_text_statistics)},
    {"/proc/sys", DIRECTORY},
    {"/proc/sys/fs", DIRECTORY},
    {"/proc/sys/fs/file-max", TEXT(stp_text_file_max)},
    {"/proc/sys/fs/inotify", DIRECTORY},
    {"/proc/sys/fs/inotify/max_queued_events", TEXT(stp_text_inotify_events)},
    {"/proc/sys/fs/inotify/max_user_instances", TEXT(stp_text_inotify_instances)},
    {"/proc/sys/fs/inotify/max_user_watches", TEXT(stp_text_inotify_watches)},
    {"/proc/sys/fs/mqueue", DIRECTORY},
    {"/proc/sys/fs/mqueue/msg_default", TEXT(stp_text_mqueue_length)},
    {"/proc/sys/fs/mqueue/msg_max", TEXT(stp_text_mqueue_length)},
    {"/proc/sys/fs/mqueue/msgsize_default", TEXT(stp_text_mqueue_size)},
    {"/proc/sys/fs/mqueue/msgsize_max", TEXT(stp_text_mqueue_size)},
    {"/proc/sys/fs/mqueue/queues_max", TEXT(stp_text_mqueue_count)},
    {"/proc/sys/fs/nr_open", TEXT(stp_text_nr_open)},
    {"/proc/sys/kernel", DIRECTORY},
    {"/proc/sys/kernel/cap_last_cap", CONSTANT("40")},
    {"/proc/sys/kernel/domainname", TEXT(stp_text_domain_name)},
    {"/proc/sys/kernel/hostname", TEXT(stp_text_node_name)},
    {"/proc/sys/kernel/msgmax", TEXT(stp_text_msgmax)},
    {"/proc/sys/kernel/msgmnb", TEXT(stp_text_msgmnb)},
    {"/proc/sys/kernel/msgmni", TEXT(stp_text_msgmni)},
    {"/proc/sys/kernel/ngroups_max", CONSTANT("65536")},
    {"/proc/sys/kernel/osrelease", CONSTANT("6.1.0-simterpose")},
    {"/proc/sys/kernel/ostype", CONSTANT("Linux")},
    {"/proc/sys/kernel/pid_max", TEXT(stp_text_pid_max)},
    {"/proc/sys/kernel/random", DIRECTORY},
    {"/proc/sys/kernel/random/boot_id", TEXT(stp_text_boot_id)},
    {"/proc/sys/kernel/random/uuid", TEXT(stp_text_uuid)},
    {"/proc/sys/kernel/sem", TEXT(stp_text_sem)},
    {"/proc/sys/kernel/shmall", TEXT(stp_text_shmmax)},
    {"/proc/sys/kernel/shmmax", TEXT(stp_text_shmmax)},
    {"/proc/sys/kernel/shmmni", TEXT(stp_text_shmmni)},
    {"/proc/sys/kernel/threads-max", CONSTANT("127462")},
    {"/proc/sys/net", DIRECTORY},
    {"/proc/sys/net/core", DIRECTORY},
    {"/proc/sys/net/core/rmem_default", CONSTANT("212992")},
    {"/proc/sys/net/core/rmem_max", TEXT(stp_text_buffer_max)},
    {"/proc/sys/net/core/somaxconn", TEXT(stp_text_somaxconn)},
    {"/proc/sys/net/core/wmem_default", CONSTANT("212992")},
    {"/proc/sys/net/core/wmem_max", TEXT(stp_text_buffer_max)},
    {"/proc/sys/net/ipv4", DIRECTORY},
    {"/proc/sys/net/ipv4/ip_forward", CONSTANT("0")},
    {"/proc/sys/net/ipv4/ip_local_port_range", CONSTANT("32768\t60999")},
    {"/proc/sys/net/ipv4/tcp_congestion_control", CONSTANT("cubic")},
    {"/proc/sys/net/ipv4/tcp_fin_timeout", CONSTANT("60")},
    {"/proc/sys/net/ipv4/tcp_rmem", CONSTANT("4096\t131072\t6291456")},
    {"/proc/sys/net/ipv4/tcp_wmem", CONSTANT("4096\t16384\t4194304")},
    {"/proc/sys/vm", DIRECTORY},
    {"/proc/sys/vm/max_map_count", CONSTANT("65530")},
    {"/proc/sys/vm/overcommit_memory", TEXT(stp_text_one)},
    {"/proc/uptime", TEXT(stp_text_uptime)},
    {"/proc/version", TEXT(stp_text_version)},
    {"/run", DIRECTORY},
    {"/sys", DIRECTORY},
    {"/sys/devices", DIRECTORY},
    {"/sys/devices/system", DIRECTORY},
    {"/sys/devices/system/clocksource", DIRECTORY},
    {"/sys/devices/system/clocksource/clocksource0", DIRECTORY},
    {"/sys/devices/system/clocksource/clocksource0/available_clocksource",
     TEXT(stp_text_clock_source)},
    {"/sys/devices/system/clocksource/clocksource0/current_clocksource",
     TEXT(stp_text_clock_source)},
    {"/sys/devices/system/cpu", DIRECTORY},
    {"/sys/devices/system/cpu/online", TEXT(stp_text_cpus)},
    {"/sys/devices/system/cpu/possible", TEXT(stp_text_cpus)},
    {"/sys/devices/system/cpu/present", TEXT(stp_text_cpus)},
    {"/sys/kernel", DIRECTORY},
    {"/sys/kernel/mm", DIRECTORY},
    {"/sys/kernel/mm/transparent_hugepage", DIRECTORY},
    {"/sys/kernel/mm/transparent_hugepage/enabled", TEXT(stp_text_huge_pages)},
};

enum { ROWS = sizeof rows / sizeof *rows };

static bool under(const char* path, const char* top) {
  const size_t length = strlen(top);
  return strncmp(path, top, length) == 0 && (path[length] == 0 || path[length] == '/');
}

bool stp_synthetic_rules(const char* path) {
  return under(path, "/proc") || under(path, "/sys") || under(path, "/dev");
}

bool stp_synthetic_hides(const char* path) {
  return stp_synthetic_rules(path) || under(path, "/run");
}

static int by_path(const void* path, const void* row) {
  return strcmp(path, ((const struct row*)row)->path);
}

/* /dev/pts/N. */
static bool find_slave(const char* path, struct stp_synthetic* found) {
  char* end;
  if (!under(path, "/dev/pts") || !isdigit((unsigned char)path[strlen("/dev/pts/")]))
    return false;
  const long number = strtol(path + strlen("/dev/pts/"), &end, 10);
  const struct stp_tty* const tty =
      *end || number > INT_MAX ? NULL : stp_tty_find(stp_me->host, (int)number);
  *found = (struct stp_synthetic){.kind = STP_SYN_SLAVE, .value = (int)number};
  return tty && tty->master;
}

static void list_slaves(void (*visit)(void* argument, const char* name, unsigned char type),
                        void* argument) {
  char name[16];
  for (int number = stp_tty_next(stp_me->host, 0); number >= 0;
       number = stp_tty_next(stp_me->host, number + 1)) {
    snprintf(name, sizeof name, "%d", number);
    visit(argument, name, DT_CHR);
  }
}

bool stp_synthetic_find(const char* path, struct stp_synthetic* found) {
  const struct row* const row = bsearch(path, rows, ROWS, sizeof *rows, by_path);
  if (row) {
    *found = row->node;
    return true;
  }
  if (stp_proc_find(path, found) || find_slave(path, found))
    return true;
  /* Other numbers than those of processes: there is none. */
  if ((under(path, "/proc") && !isdigit((unsigned char)path[strlen("/proc/")])) ||
      under(path, "/sys"))
    stp_refuse(path, NULL);
  return false;
}

char* stp_synthetic_text(const struct stp_synthetic* node, size_t* size) {
  if (node->target) {
    *size = strlen(node->target);
    return stp_strdup(node->target);
  }
  if (!node->of_process)
    return node->text(size);
  struct stp_process* const process = stp_process_by_pid(node->value);
  if (process)
    return node->of_process(process, size);
  *size = 0;
  return stp_strdup("");
}

static unsigned char type_of(enum stp_synthetic_kind kind) {
  switch (kind) {
  case STP_SYN_DIRECTORY:
    return DT_DIR;
  case STP_SYN_TEXT:
    return DT_REG;
  case STP_SYN_LINK:
  case STP_SYN_DESCRIPTOR:
  case STP_SYN_DESCRIPTOR_LINK:
    return DT_LNK;
  case STP_SYN_DEVICE:
  case STP_SYN_TERMINAL:
  case STP_SYN_MASTER:
  case STP_SYN_SLAVE:
    break;
  }
  return DT_CHR;
}

void stp_synthetic_list(const char* path,
                        void (*visit)(void* argument, const char* name, unsigned char type),
                        void* argument) {
  const size_t length = strlen(path);
  for (size_t i = 0; i < ROWS; i++)
    if (under(rows[i].path, path) && rows[i].path[length] == '/' && rows[i].path[length + 1] &&
        !strchr(rows[i].path + length + 1, '/'))
      visit(argument, rows[i].path + length + 1, type_of(rows[i].node.kind));
  if (strcmp(path, "/proc") == 0)
    visit(argument, "self", DT_DIR);
  if (strcmp(path, "/dev/pts") == 0)
    list_slaves(visit, argument);
  stp_proc_list(path, visit, argument);
}

void stp_synthetic_stat(const char* path, const struct stp_synthetic* node, struct stat* result) {
  static const mode_t modes[] = {
      [STP_SYN_DIRECTORY] = S_IFDIR | 0755,
      [STP_SYN_DEVICE] = S_IFCHR | 0666,
      [STP_SYN_TERMINAL] = S_IFCHR | 0666,
      [STP_SYN_MASTER] = S_IFCHR | 0666,
      [STP_SYN_SLAVE] = S_IFCHR | 0620,
      [STP_SYN_TEXT] = S_IFREG | 0444,
      [STP_SYN_LINK] = S_IFLNK | 0777,
      [STP_SYN_DESCRIPTOR] = S_IFCHR | 0600,
      [STP_SYN_DESCRIPTOR_LINK] = S_IFLNK | 0700,
  };
  *result = (struct stat){.st_mode = modes[node->kind],
                          .st_nlink = node->kind == STP_SYN_DIRECTORY ? 2 : 1,
                          .st_ino = 1,
                          .st_blksize = 4096};
  if (strcmp(path, "/dev/shm") == 0)
    result->st_mode |= 01777;
  if (node->kind == STP_SYN_TEXT && !stp_synthetic_hides(path)) { /* in /etc */
    size_t size;
    stp_free(stp_synthetic_text(node, &size));
    result->st_size = (off_t)size;
    result->st_mode |= 0200;
  }
  struct stp_file* const file = node->kind == STP_SYN_DESCRIPTOR ? stp_fd_get(node->value) : NULL;
  if (file)
    stp_file_stat(file, result);
  if (node->kind == STP_SYN_DEVICE)
    result->st_rdev = stp_device_number((enum stp_device)node->value);
  if (node->kind == STP_SYN_TERMINAL || node->kind == STP_SYN_MASTER)
    result->st_rdev = makedev(5, node->kind == STP_SYN_TERMINAL ? 0 : 2);
  const struct stp_tty* const tty =
      node->kind == STP_SYN_SLAVE ? stp_tty_find(stp_me->host, node->value) : NULL;
  if (tty)
    stp_tty_stat(tty, result);
}

int stp_synthetic_open(const char* path, const struct stp_synthetic* node, int flags,
                       struct stp_file** opened) {
  size_t size;
  struct stat status;
  switch (node->kind) {
  case STP_SYN_DEVICE:
    *opened = stp_device_open((enum stp_device)node->value,
                              flags & (O_ACCMODE | O_NONBLOCK | O_APPEND | O_PATH));
    return 0;
  case STP_SYN_TEXT: {
    char* const text = stp_synthetic_text(node, &size);
    stp_synthetic_stat(path, node, &status);
    *opened = stp_text_open(text, size, &status, flags & (O_NONBLOCK | O_PATH));
    return 0;
  }
  case STP_SYN_DESCRIPTOR: {
    struct stp_file* const file = stp_fd_get(node->value);
    if (!file)
      return -ENOENT;
    return stp_reopen(file, flags, opened);
  }
  case STP_SYN_TERMINAL:
    return stp_tty_open_own(flags, opened);
  case STP_SYN_MASTER:
    return stp_tty_open_master(flags, opened);
  case STP_SYN_SLAVE:
    return stp_tty_open_slave(node->value, flags, opened);
  case STP_SYN_DIRECTORY:
    return -ENXIO;
  case STP_SYN_LINK:
  case STP_SYN_DESCRIPTOR_LINK:
    break;
  }
  return -ELOOP;
}
