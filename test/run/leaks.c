// Nothing of the machine and of who starts the run shows: what processes can find out about where
// they run is the same from two directories, with other environments, umasks, limits, priorities,
// ignored signals, output directories and streams.
//
// UNSUPPORTED: sanitize
// RUN: rm -rf %t && mkdir -p %t/elsewhere && cd %t
// RUN: %stp_clang -O2 -g -rdynamic %s -o leaks
// RUN: %exits 0 %simterpose run -q -o one %t/leaks </dev/null >first 2>&1 && cat first
// RUN: cd elsewhere && umask 077 && ulimit -n 200 -c 0 -f 100000 && trap '' HUP USR1 && echo x | \
// RUN:   env -i LANG=de_DE.UTF-8 LC_ALL=C.UTF-8 TZ=Asia/Tokyo HOME=/nowhere TERM=vt100 COLUMNS=40 \
// RUN:   MALLOC_ARENA_MAX=1 PATH=$PATH TMPDIR=%t MORE=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa \
// RUN:   nice %simterpose run -q -o %t/a-longer-name %t/leaks 3</dev/null 7</dev/null && cd ..
// RUN: diff -r one a-longer-name
// RUN: (cd one && stat -c "%%a %%n" node-0 node-0/*) >modes
// RUN: (cd a-longer-name && stat -c "%%a %%n" node-0 node-0/*) | diff modes -
// RUN: %FileCheck %s <one/node-0/leaks.2.stdout
// CHECK: PATH=/usr/local/sbin
// CHECK-NOT: a-longer-name
// CHECK: the end
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <langinfo.h>
#include <locale.h>
#include <malloc.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

extern char** environ;
static int global;

static void environment(void) {
  for (char** variable = environ; *variable; variable++)
    puts(*variable);
  char directory[4096] = "";
  printf("%s\n", getcwd(directory, sizeof directory));
  printf("%s %s\n", program_invocation_name, setlocale(LC_ALL, ""));
  printf("%s %d\n", nl_langinfo(CODESET), (int)MB_CUR_MAX);
}

static void identity(void) {
  printf("ids %d %d %d %d %d\n", getpid(), getppid(), getpgrp(), getsid(0), gettid());
  printf("users %d %d %d %d\n", getuid(), geteuid(), getgid(), getegid());
  const struct passwd* const user = getpwuid(getuid());
  printf("%s %s\n", user ? user->pw_name : "?", user ? user->pw_dir : "?");
  struct utsname system;
  uname(&system);
  char host[100] = "";
  gethostname(host, sizeof host);
  printf("%s %s %s %s %s %lx\n", system.nodename, system.release, system.version, system.machine,
         host, gethostid());
  struct ifaddrs* addresses = NULL;
  getifaddrs(&addresses);
  for (struct ifaddrs* a = addresses; a; a = a->ifa_next)
    printf("%s %x\n", a->ifa_name, a->ifa_flags);
  freeifaddrs(addresses);
}

static void limits(void) {
  for (int i = 0; i < RLIMIT_NLIMITS; i++) {
    struct rlimit limit;
    getrlimit(i, &limit);
    printf("limit %d: %lx %lx\n", i, limit.rlim_cur, limit.rlim_max);
  }
  for (int i = 0; i < 250; i++)
    printf("sysconf %d: %ld\n", i, sysconf(i));
  for (int i = 0; i < 21; i++)
    printf("pathconf %d: %ld\n", i, pathconf("/", i));
  printf("priority %d policy %d\n", getpriority(PRIO_PROCESS, 0), sched_getscheduler(0));
  cpu_set_t processors;
  sched_getaffinity(0, sizeof processors, &processors);
  printf("processors %d of %d\n", CPU_COUNT(&processors), get_nprocs());
  sigset_t blocked;
  sigprocmask(SIG_BLOCK, NULL, &blocked);
  for (int i = 1; i < 65; i++) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(i, NULL, &action);
    printf("%d%c", sigismember(&blocked, i),
           action.sa_handler == SIG_IGN   ? 'i'
           : action.sa_handler == SIG_DFL ? 'd'
                                          : 'h');
  }
  const mode_t mask = umask(0);
  umask(mask);
  char name[17] = "";
  prctl(PR_GET_NAME, name);
  printf("\numask %o name %s dumpable %d\n", mask, name, prctl(PR_GET_DUMPABLE));
}

static void resources(void) {
  struct sysinfo system;
  sysinfo(&system);
  printf("%ld %lu %lu %d %lu\n", system.uptime, system.totalram, system.freeram, system.procs,
         system.loads[0]);
  double loads[3];
  getloadavg(loads, 3);
  printf("%f %f %f\n", loads[0], loads[1], loads[2]);
  static const char* const paths[] = {".", "/", "/tmp", "/dev/shm", "/proc"};
  for (int i = 0; i < 5; i++) {
    struct statvfs disk = {0};
    printf("%d %lu", statvfs(paths[i], &disk), disk.f_bfree);
    printf(" %lu %lu %lu\n", disk.f_blocks, disk.f_ffree, disk.f_fsid);
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("%ld %ld %ld %ld\n", usage.ru_maxrss, usage.ru_utime.tv_usec, usage.ru_minflt,
         usage.ru_nvcsw);
  struct tms cpu;
  printf("times %ld %ld %ld\n", times(&cpu), cpu.tms_utime, (long)clock());
  for (int i = 0; i < 12; i++) {
    struct timespec now = {0};
    const int result = clock_gettime(i, &now);
    printf("clock %d: %d %ld.%09ld\n", i, result, now.tv_sec, now.tv_nsec);
  }
  const time_t now = time(NULL);
  printf("%s", ctime(&now));
}

static void streams(void) {
  struct winsize size = {0};
  char terminal[64] = "";
  for (int fd = 0; fd < 10; fd++) {
    struct stat status = {0};
    printf("%d: %d %d %d", fd, fcntl(fd, F_GETFL), isatty(fd), ioctl(fd, TIOCGWINSZ, &size));
    printf(" %d %o %lu %lu\n", fstat(fd, &status), status.st_mode, status.st_dev, status.st_ino);
  }
  printf("%s %d\n", ctermid(terminal), getchar());
}

static void one_file(const char* name) {
  struct stat s = {0};
  printf("%s: %d %o %lu %lu", name, lstat(name, &s), s.st_mode, s.st_ino, s.st_dev);
  printf(" %u %u %lu %ld %ld.%ld\n", s.st_uid, s.st_gid, s.st_nlink, s.st_size, s.st_mtim.tv_sec,
         s.st_mtim.tv_nsec);
}

static void files(void) {
  close(open("file", O_WRONLY | O_CREAT, 0666));
  mkdir("directory", 0777);
  char name[] = "temporary-XXXXXX";
  close(mkstemp(name));
  static const char* const paths[] = {".",          "/",
                                      "file",       "directory",
                                      "/dev/null",  "/proc/self/exe",
                                      "/etc/hosts", "/etc/hostname",
                                      "/root"};
  for (int i = 0; i < 9; i++)
    one_file(paths[i]);
  static const char* const directories[] = {".", "/proc/self/fd", "/proc", "/home", "/dev"};
  for (int i = 0; i < 5; i++) {
    DIR* const directory = opendir(directories[i]);
    printf("%s:", directories[i]);
    for (const struct dirent* e; directory && (e = readdir(directory)) != NULL;)
      printf(" %s", e->d_name);
    puts("");
    if (directory)
      closedir(directory);
  }
  static const char* const links[] = {"/proc/self/exe", "/proc/self/cwd", "/proc/self/root",
                                      "/proc/self/fd/0", "/proc/self/fd/1"};
  for (int i = 0; i < 5; i++) {
    char target[4096] = "";
    printf("%s: %zd %s\n", links[i], readlink(links[i], target, sizeof target), target);
  }
}

static void texts(void) {
  static const char* const paths[] = {"/proc/self/status",
                                      "/proc/self/stat",
                                      "/proc/self/statm",
                                      "/proc/self/maps",
                                      "/proc/self/limits",
                                      "/proc/self/cmdline",
                                      "/proc/self/environ",
                                      "/proc/self/comm",
                                      "/proc/self/io",
                                      "/proc/self/mounts",
                                      "/proc/self/mountinfo",
                                      "/proc/self/cgroup",
                                      "/proc/self/auxv",
                                      "/proc/cpuinfo",
                                      "/proc/meminfo",
                                      "/proc/loadavg",
                                      "/proc/uptime",
                                      "/proc/version",
                                      "/proc/stat",
                                      "/proc/mounts",
                                      "/proc/net/dev",
                                      "/proc/net/tcp",
                                      "/proc/sys/kernel/hostname",
                                      "/proc/sys/kernel/random/uuid",
                                      "/proc/sys/kernel/random/boot_id",
                                      "/proc/sys/kernel/pid_max",
                                      "/etc/hosts",
                                      "/etc/hostname",
                                      "/etc/resolv.conf",
                                      "/etc/machine-id",
                                      "/etc/localtime",
                                      "/etc/passwd",
                                      "/etc/mtab"};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    FILE* const file = fopen(paths[i], "r");
    printf("== %s %d\n", paths[i], file ? 0 : errno);
    for (int byte; file && (byte = getc(file)) != EOF;)
      putchar(byte ? byte : '|');
    if (file)
      fclose(file);
  }
}

static __attribute__((noinline)) void addresses(char** argv) {
  int local;
  void* const memory = malloc(100);
  void* const pages = mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  printf("%p %p %p %p %p\n", (void*)&local, (void*)&global, memory, pages, (void*)argv[0]);
  printf("%p %p %p %p\n", (void*)&addresses, (void*)&qsort, (void*)&printf, (void*)stdout);
  printf("%p %p %p\n", dlsym(RTLD_DEFAULT, "strlen"), (void*)&errno, (void*)environ[0]);
  void* frames[8];
  const int depth = backtrace(frames, 8);
  char** const names = backtrace_symbols(frames, depth);
  for (int i = 0; i < depth; i++)
    puts(names[i]);
  Dl_info info = {0};
  printf("%d %s %p\n", dladdr((void*)&addresses, &info), info.dli_fname, info.dli_fbase);
  for (unsigned long i = 0; i < 60; i++)
    printf("auxv %lu: %lx\n", i, getauxval(i));
  const struct mallinfo2 heap = mallinfo2();
  printf("%zu %zu\n", heap.arena, heap.uordblks);
}

int main(int argc, char** argv) {
  (void)argc;
  environment();
  identity();
  limits();
  resources();
  streams();
  files();
  texts();
  addresses(argv);
  char drawn[30] = "";
  srand((unsigned)time(NULL));
  printf("%d %s\n", rand(), tmpnam(drawn));
  puts("the end");
  return 0;
}
