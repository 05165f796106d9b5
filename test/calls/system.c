// CALLS: uname gethostname __gethostname_chk getdomainname __getdomainname_chk gethostid sysconf
// CALLS: get_nprocs get_nprocs_conf get_phys_pages get_avphys_pages getloadavg sysinfo getauxval
// CALLS: syscall sethostname setdomainname
// RUN: %both
//
// What a process can learn about its system.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "child.h"

int __gethostname_chk(char* name, size_t size, size_t room);
int __getdomainname_chk(char* name, size_t size, size_t room);

static void names(void) {
  char name[256], other[256];
  struct utsname system;
  CHECK_EQ(uname(&system), 0);
  CHECK(strcmp(system.sysname, "Linux") == 0);
  CHECK_EQ(gethostname(name, sizeof name), 0);
  CHECK(strcmp(system.nodename, name) == 0);
  CHECK_EQ(__gethostname_chk(other, sizeof other, sizeof other), 0);
  CHECK(strcmp(name, other) == 0);
  CHECK_ERRNO(gethostname(other, strlen(name)), ENAMETOOLONG);
  CHECK(strncmp(name, other, strlen(name)) == 0);
  CHECK_EQ(getdomainname(name, sizeof name), 0);
  CHECK(strcmp(system.domainname, name) == 0);
  CHECK_EQ(__getdomainname_chk(other, sizeof other, sizeof other), 0);
  CHECK(gethostid() == gethostid());
}

static void numbers(void) {
  CHECK_EQ(sysconf(_SC_PAGESIZE), 4096);
  CHECK_EQ(sysconf(_SC_CLK_TCK), 100);
  CHECK(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
  CHECK_EQ(get_nprocs(), sysconf(_SC_NPROCESSORS_ONLN));
  CHECK_EQ(get_nprocs_conf(), sysconf(_SC_NPROCESSORS_CONF));
  CHECK_EQ(get_phys_pages(), sysconf(_SC_PHYS_PAGES));
  CHECK(get_avphys_pages() <= get_phys_pages());
  CHECK(sysconf(_SC_OPEN_MAX) > 3);
  CHECK(sysconf(_SC_HOST_NAME_MAX) == 64);
  CHECK(sysconf(_SC_IOV_MAX) == 1024);
  CHECK(sysconf(_SC_LEVEL1_DCACHE_LINESIZE) >= 0);
  CHECK_ERRNO(sysconf(-5), EINVAL);
  struct sysinfo info;
  CHECK_EQ(sysinfo(&info), 0);
  CHECK_EQ(info.totalram / 4096 * info.mem_unit, get_phys_pages());
  CHECK(info.procs >= 1 && info.uptime > 0);
  CHECK(info.freeram > 0 && info.freeram < info.totalram);
  CHECK(sysconf(_SC_AVPHYS_PAGES) < get_phys_pages());
  double loads[3];
  CHECK_EQ(getloadavg(loads, 3), 3);
  CHECK(loads[2] >= 0);
}

static void files(void) {
  unsigned long total = 0, unused = 0, user, nice, kernel, idle;
  FILE* file = fopen("/proc/meminfo", "r");
  CHECK_EQ(fscanf(file, "MemTotal: %lu kB MemFree: %lu kB", &total, &unused), 2);
  CHECK_EQ(total, get_phys_pages() * 4);
  CHECK(unused > 0 && unused < total);
  CHECK_EQ(fclose(file), 0);

  const clock_t start = clock();
  while (clock() - start < CLOCKS_PER_SEC / 20)
    ;
  CHECK((file = fopen("/proc/stat", "r")) != NULL);
  CHECK_EQ(fscanf(file, "cpu  %lu %lu %lu %lu", &user, &nice, &kernel, &idle), 4);
  CHECK(user >= 4 && idle > 4);
  char line[4096], name[16];
  CHECK(fgets(line, sizeof line, file) != NULL); /* the rest */
  for (int i = 0; i < get_nprocs(); i++) {
    CHECK(fgets(line, sizeof line, file) != NULL);
    CHECK_EQ(sscanf(line, "%15s %lu %lu %lu %lu", name, &user, &nice, &kernel, &idle), 5);
    CHECK(strncmp(name, "cpu", 3) == 0);
  }
  long booted = 0;
  while (fgets(line, sizeof line, file))
    sscanf(line, "btime %ld", &booted);
  CHECK(booted > 0 && booted <= time(NULL));
  CHECK_EQ(fclose(file), 0);
}

static void auxiliary(void) {
  CHECK_EQ(getauxval(AT_PAGESZ), 4096);
  CHECK_EQ(getauxval(AT_UID), getuid());
  CHECK_EQ(getauxval(AT_SECURE), 0);
  char zero[16] = {0}, first[16];
  CHECK(getauxval(AT_RANDOM) != 0);
  memcpy(first, (void*)getauxval(AT_RANDOM), 16);
  CHECK(memcmp(first, zero, 16) != 0);
  CHECK(memcmp((void*)getauxval(AT_RANDOM), first, 16) == 0);
  errno = 0;
  CHECK_EQ(getauxval(4711), 0);
  CHECK_EQ(errno, ENOENT);
}

static void by_number(void) {
  char bytes[8];
  CHECK_EQ(syscall(SYS_getpid), getpid());
  CHECK_EQ(syscall(SYS_gettid), gettid());
  CHECK_EQ(syscall(SYS_getuid), getuid());
  CHECK_EQ(syscall(SYS_getrandom, bytes, sizeof bytes, 0), 8);
  CHECK_EQ(syscall(SYS_tgkill, getpid(), gettid(), 0), 0);
  CHECK_ERRNO(syscall(SYS_kill, 99999999, 0), ESRCH);
  int fds[2];
  CHECK_EQ(syscall(SYS_pipe2, fds, O_CLOEXEC), 0);
  CHECK_EQ(syscall(SYS_write, fds[1], "abc", 3L), 3);
  CHECK_EQ(syscall(SYS_read, fds[0], bytes, 2L), 2);
  CHECK_EQ(bytes[1], 'b');
  CHECK_ERRNO(syscall(SYS_read, fds[0], (void*)8, 1L), EFAULT);
  CHECK_EQ(syscall(SYS_dup3, fds[0], fds[1], 0), fds[1]);
  CHECK_EQ(syscall(SYS_close, fds[0]), 0);
  CHECK_EQ(syscall(SYS_close_range, fds[1], fds[1], 0), 0);
  CHECK_ERRNO(syscall(SYS_close, fds[1]), EBADF);
  CHECK_EQ(syscall(SYS_nanosleep, &(struct timespec){0, 1000}, NULL), 0);
  CHECK_EQ(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &(struct timespec){0, 1000}, NULL), 0);
  CHECK_ERRNO(syscall(SYS_clock_nanosleep, 99, 0, &(struct timespec){0, 1000}, NULL), EINVAL);
  CHECK_EQ(syscall(SYS_tkill, gettid(), 0), 0);
  CHECK_ERRNO(syscall(SYS_openat, AT_FDCWD, "no/such/file", O_RDONLY), ENOENT);
}

/* Natively nothing must change: a name that is too long, and one of nobody's. */
static void test_names(void) {
  char name[65];
  struct utsname names;
  memset(name, 'x', sizeof name);
  if (geteuid() == 0) {
    CHECK_ERRNO(sethostname(name, 65), EINVAL);
    CHECK_ERRNO(setdomainname(name, 65), EINVAL);
  }
  CHECK_EQ(gethostname(name, sizeof name), 0);
  if (strcmp(name, "node-0") == 0) {
    CHECK_EQ(sethostname("called-so-not", 9), 0);
    CHECK_EQ(setdomainname("example", 7), 0);
    CHECK_EQ(gethostname(name, sizeof name), 0);
    CHECK(strcmp(name, "called-so") == 0);
    CHECK_EQ(uname(&names), 0);
    CHECK(strcmp(names.nodename, "called-so") == 0);
    CHECK(strcmp(names.domainname, "example") == 0);
    CHECK_EQ(getdomainname(name, sizeof name), 0);
    CHECK(strcmp(name, "example") == 0);
    const int fd = open("/proc/sys/kernel/hostname", O_RDONLY);
    CHECK_EQ(read(fd, name, sizeof name), 10);
    CHECK_EQ(close(fd), 0);
    CHECK_ERRNO(sethostname((const char*)8, 3), EFAULT);
  }
  if (child_enters()) {
    if (geteuid() != 0 || setuid(65534) == 0)
      CHECK_ERRNO(sethostname("x", 1), EPERM);
    _exit(0);
  }
}

int main(void) {
  names();
  numbers();
  files();
  auxiliary();
  by_number();
  test_names();
  return 0;
}
