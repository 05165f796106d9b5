/* What a process can learn about the system it runs on (sys/utsname.h, unistd.h, sys/sysinfo.h,
 * sys/auxv.h): the emulated host, never the real machine. */
#include <string.h>
#include <sys/auxv.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "engine/engine.h"
#include "process/hidden.h"
#include "process/identity.h"
#include "process/memory.h"
#include "process/program.h"
#include "process/random.h"
#include "time/clock.h"

/* The address in the odd byte order that libc gives it. */
long simterpose_gethostid(void) {
  const uint32_t address = stp_me->host->ipv4.s_addr;
  return (int32_t)(address << 16 | address >> 16);
}

/* ---- processors and memory ---- */

static int cores(void) { return stp_engine_host_cores(stp_me->host->engine); }
static uint64_t total(void) { return stp_memory_total(stp_me->host); }
static uint64_t unused(void) { return stp_memory_free(stp_me->host); }

int simterpose_get_nprocs(void) { return cores(); }
int simterpose_get_nprocs_conf(void) { return cores(); }
long simterpose_get_phys_pages(void) { return (long)(total() / STP_PAGE); }
long simterpose_get_avphys_pages(void) { return (long)(unused() / STP_PAGE); }

int simterpose_getloadavg(double loads[], int count) {
  for (int i = 0; i < count && i < 3; i++)
    loads[i] = 0;
  return count < 3 ? count : 3;
}

int simterpose_sysinfo(struct sysinfo* info) {
  memset(info, 0, sizeof *info);
  struct timespec uptime = {0};
  stp_clock_read(CLOCK_BOOTTIME, &uptime);
  info->uptime = uptime.tv_sec;
  info->totalram = total();
  info->freeram = unused();
  for (struct stp_process* p = stp_me->host->processes; p; p = p->next_on_host)
    info->procs += (unsigned short)p->thread_count;
  info->mem_unit = 1;
  return 0;
}

/* ---- sysconf ---- */

static long or_unlimited(rlim_t limit) { return limit == RLIM_INFINITY ? -1 : (long)limit; }

long simterpose_sysconf(int name) {
  switch (name) {
  case _SC_NPROCESSORS_CONF:
  case _SC_NPROCESSORS_ONLN:
    return cores();
  case _SC_AVPHYS_PAGES:
    return simterpose_get_avphys_pages();
  case _SC_PHYS_PAGES:
    return simterpose_get_phys_pages();
  case _SC_OPEN_MAX:
    return or_unlimited(stp_limit(RLIMIT_NOFILE));
  case _SC_CHILD_MAX:
    return or_unlimited(stp_limit(RLIMIT_NPROC));
  case _SC_SIGQUEUE_MAX:
    return or_unlimited(stp_limit(RLIMIT_SIGPENDING));
  case _SC_ARG_MAX:
    return 2 << 20;
  case _SC_MINSIGSTKSZ:
    return 2048;
  case _SC_SIGSTKSZ:
    return 8192;
  case _SC_THREAD_STACK_MIN:
    return 16384;
  default:
    break;
  }
  if (name >= _SC_LEVEL1_ICACHE_SIZE && name <= _SC_LEVEL4_CACHE_LINESIZE) {
    const int field = (name - _SC_LEVEL1_ICACHE_SIZE) % 3; /* size, associativity, line */
    if (name >= _SC_LEVEL4_CACHE_SIZE)
      return 0;
    static const long levels[] = {32 << 10, 32 << 10, 1 << 20, 32 << 20};
    return field == 0 ? levels[(name - _SC_LEVEL1_ICACHE_SIZE) / 3] : field == 1 ? 8 : 64;
  }
  return sysconf(name); /* a constant of libc */
}

/* ---- the auxiliary vector ---- */

/* 16 bytes that stay the same in a process. */
static unsigned long random_bytes(void) {
  static const char key;
  struct {
    bool made;
    char bytes[16];
  }* kept = stp_hidden_block(&key, sizeof *kept);
  if (!kept->made)
    stp_random_fill(kept->bytes, sizeof kept->bytes);
  kept->made = true;
  return (unsigned long)kept->bytes;
}

unsigned long simterpose_getauxval(unsigned long type) {
  const struct stp_identity* self = stp_identity();
  switch (type) {
  case AT_UID:
    return self->user.real;
  case AT_EUID:
    return self->user.effective;
  case AT_GID:
    return self->group.real;
  case AT_EGID:
    return self->group.effective;
  case AT_RANDOM:
    return random_bytes();
  case AT_EXECFN:
    return (unsigned long)(stp_me->argc > 0 ? stp_me->argv[0] : "");
  case AT_MINSIGSTKSZ:
    return 2048;
  case AT_PLATFORM: /* the system's lies above the real environment, however long that is */
    return (unsigned long)"x86_64";
  case AT_PAGESZ:
  case AT_CLKTCK:
  case AT_HWCAP:
  case AT_HWCAP2:
  case AT_SECURE:
    return getauxval(type); /* what code may run on: as it is */
  default:
    errno = ENOENT;
    return 0;
  }
}
