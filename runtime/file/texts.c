/* What synthetic files say (proc(5)). */
#include "file/texts.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/engine.h"
#include "process/memory.h"
#include "process/process.h"
#include "process/random.h"
#include "time/clock.h"
#include "time/work.h"

char* stp_text_format(size_t* size, const char* text, ...) {
  va_list arguments, again;
  va_start(arguments, text);
  va_copy(again, arguments);
  *size = (size_t)vsnprintf(NULL, 0, text, arguments);
  char* const made = stp_alloc(*size + 1);
  vsnprintf(made, *size + 1, text, again);
  va_end(again);
  va_end(arguments);
  return made;
}

/* ---- /etc ---- */

char* stp_text_hostname(size_t* size) { return stp_text_format(size, "%s\n", stp_me->host->name); }

char* stp_text_node_name(size_t* size) {
  return stp_text_format(size, "%s\n", stp_host_node_name(stp_me->host));
}

char* stp_text_hosts(size_t* size) {
  static const char local[] = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n";
  size_t room = sizeof local;
  for (size_t i = 0; i < stp_host_count(); i++)
    room += INET_ADDRSTRLEN + INET6_ADDRSTRLEN + 2 * (strlen(stp_host_at(i)->name) + 2);
  char* const text = stp_alloc(room);
  char* end = stpcpy(text, local);
  for (size_t i = 0; i < stp_host_count(); i++) {
    const struct stp_host* const host = stp_host_at(i);
    char address[INET_ADDRSTRLEN] = "", address6[INET6_ADDRSTRLEN] = "";
    inet_ntop(AF_INET, &host->ipv4, address, sizeof address);
    inet_ntop(AF_INET6, &host->ipv6, address6, sizeof address6);
    end += sprintf(end, "%s\t%s\n%s\t%s\n", address, host->name, address6, host->name);
  }
  *size = (size_t)(end - text);
  return text;
}

char* stp_text_resolver(size_t* size) {
  return stp_text_format(size, "# the zone of all names of the platform\nnameserver 127.0.0.53\n");
}

/* ---- the machine ---- */

static int cores(void) { return stp_engine_host_cores(stp_me->host->engine); }

char* stp_text_cpuinfo(size_t* size) {
  static const char one[] = "processor\t: %d\nvendor_id\t: Simterpose\nmodel name\t: virtual\n"
                            "cpu cores\t: %d\n\n";
  const int count = cores();
  char* const text = stp_alloc((size_t)count * (sizeof one + 20) + 1);
  char* end = text;
  for (int i = 0; i < count; i++)
    end += sprintf(end, one, i, count);
  *size = (size_t)(end - text);
  return text;
}

char* stp_text_cpus(size_t* size) {
  return cores() == 1 ? stp_text_format(size, "0\n") : stp_text_format(size, "0-%d\n", cores() - 1);
}

char* stp_text_load(size_t* size) {
  return stp_text_format(size, "0.00 0.00 0.00 1/1 %d\n", stp_me->pid);
}

char* stp_text_memory(size_t* size) {
  const unsigned long total = stp_memory_total(stp_me->host) / 1024;
  const unsigned long unused = stp_memory_free(stp_me->host) / 1024;
  return stp_text_format(size,
                         "MemTotal:       %8lu kB\nMemFree:        %8lu kB\n"
                         "MemAvailable:   %8lu kB\nBuffers:               0 kB\n"
                         "Cached:                0 kB\nSwapTotal:             0 kB\n"
                         "SwapFree:              0 kB\n",
                         total, unused, unused);
}

/* Seconds since the hosts were switched on, and those in which its cores did nothing, together. */
static double uptime(void) { return (double)STP_UPTIME + stp_now(); }
static double idle(void) { return fmax(cores() * uptime() - stp_work_of_host(stp_me->host), 0); }

char* stp_text_uptime(size_t* size) {
  return stp_text_format(size, "%.2f %.2f\n", uptime(), idle());
}

/* All CPU time is user time, which no core has more of than another. */
char* stp_text_statistics(size_t* size) {
  static const char core[] = "cpu%d %.0f 0 0 %.0f 0 0 0 0 0 0\n";
  const int count = cores();
  const double work = stp_work_of_host(stp_me->host) * 100, rest = idle() * 100; /* _SC_CLK_TCK */
  struct timespec booted = {0}, running = {0};
  stp_clock_read(CLOCK_REALTIME, &booted);
  stp_clock_read(CLOCK_BOOTTIME, &running);
  char* const text = stp_alloc(((size_t)count + 1) * (sizeof core + 60) + 200);
  char* end = text + sprintf(text, "cpu  %.0f 0 0 %.0f 0 0 0 0 0 0\n", work, rest);
  for (int i = 0; i < count; i++)
    end += sprintf(end, core, i, work / count, rest / count);
  end += sprintf(end,
                 "intr 0\nctxt 0\nbtime %ld\nprocesses %d\nprocs_running 1\nprocs_blocked 0\n"
                 "softirq 0\n",
                 booted.tv_sec - running.tv_sec, stp_me->host->next_pid);
  *size = (size_t)(end - text);
  return text;
}

char* stp_text_version(size_t* size) {
  return stp_text_format(size, "Linux version 6.1.0 (simterpose) #1 SMP\n");
}

char* stp_text_file_max(size_t* size) { return stp_text_format(size, "9223372036854775807\n"); }
char* stp_text_inotify_events(size_t* size) { return stp_text_format(size, "16384\n"); }
char* stp_text_inotify_instances(size_t* size) { return stp_text_format(size, "1048576\n"); }
char* stp_text_inotify_watches(size_t* size) { return stp_text_format(size, "65536\n"); }
char* stp_text_nr_open(size_t* size) { return stp_text_format(size, "1048576\n"); }
char* stp_text_pid_max(size_t* size) { return stp_text_format(size, "32768\n"); }
char* stp_text_buffer_max(size_t* size) { return stp_text_format(size, "212992\n"); }
char* stp_text_somaxconn(size_t* size) { return stp_text_format(size, "4096\n"); }
char* stp_text_mounts(size_t* size) {
  return stp_text_format(size, "/dev/root / ext4 rw,relatime 0 0\nproc /proc proc rw 0 0\n"
                               "sysfs /sys sysfs rw 0 0\ndevtmpfs /dev devtmpfs rw 0 0\n");
}

char* stp_text_one(size_t* size) { return stp_text_format(size, "1\n"); }
char* stp_text_huge_pages(size_t* size) {
  return stp_text_format(size, "always madvise [never]\n");
}

char* stp_text_clock_source(size_t* size) { return stp_text_format(size, "tsc\n"); }

char* stp_text_fd(size_t* size) { return stp_text_format(size, "/proc/self/fd"); }

char* stp_text_domain_name(size_t* size) {
  return stp_text_format(size, "%s\n", stp_host_domain_name(stp_me->host));
}

/* Version 4 of RFC 9562. */
static char* format_uuid(uint64_t high, uint64_t low, size_t* size) {
  return stp_text_format(size, "%08x-%04x-4%03x-%04x-%012llx\n", (unsigned)(high >> 32),
                         (unsigned)(high >> 16 & 0xffff), (unsigned)(high & 0xfff),
                         (unsigned)(low >> 48 & 0x3fff) | 0x8000,
                         (unsigned long long)(low & 0xffffffffffff));
}

char* stp_text_boot_id(size_t* size) {
  struct stp_random random;
  stp_random_init(&random, stp_me->host->index, 1); /* process 1 draws nothing */
  const uint64_t high = stp_random_draw(&random);
  return format_uuid(high, stp_random_draw(&random), size);
}

char* stp_text_uuid(size_t* size) {
  const uint64_t high = stp_random_next();
  return format_uuid(high, stp_random_next(), size);
}
