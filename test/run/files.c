// RUN: %stp_clang -O2 -g -I%include %s -o %t
// RUN: rm -rf %t.out && %simterpose run --cpu none -n 2 --quiet -o %t.out %t
// RUN: %FileCheck %s --input-file %t.out/node-0/own --check-prefix OWN0
// RUN: %FileCheck %s --input-file %t.out/node-1/own --check-prefix OWN1
// RUN: not ls %t.out/node-0/etc/passwd
// OWN0: written on node-0
// OWN1: written on node-1
//
// What only an emulated program sees: its host's directory over the real system, which it cannot
// change, and files that say where it runs.
#define _GNU_SOURCE
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char* read_all(const char* path) {
  static char text[4096];
  FILE* f = fopen(path, "r");
  if (!f)
    printf("%s\n", path);
  CHECK(f);
  text[fread(text, 1, sizeof text - 1, f)] = 0;
  CHECK_EQ(fclose(f), 0);
  return text;
}

static void write_all(const char* path, const char* text) {
  FILE* f = fopen(path, "w");
  CHECK(f);
  CHECK(fputs(text, f) >= 0);
  CHECK_EQ(fclose(f), 0);
}

static void own_directory(const char* host) {
  char text[64], here[64];
  CHECK(getcwd(here, sizeof here) && strcmp(here, "/") == 0);
  snprintf(text, sizeof text, "written on %s\n", host);
  write_all("own", text);
  CHECK(strcmp(read_all("/own"), text) == 0);
  CHECK(strcmp(read_all("../../own"), text) == 0);
  write_all("/var/tmp/deep", "in var"); /* the directories are the real system's */
  CHECK(strcmp(read_all("/var/tmp/deep"), "in var") == 0);
  CHECK_ERRNO(open("/absent/x", O_WRONLY | O_CREAT, 0600), ENOENT);
  write_all("/run/x.pid", "2");
  CHECK(strcmp(read_all("/var/run/x.pid"), "2") == 0); /* a link of the real system */
}

/* Relative names are the program's own, whatever the machine has in its top directory. */
static void relative(void) {
  struct stat result;
  CHECK_ERRNO(stat("etc", &result), ENOENT);
  CHECK_ERRNO(stat("../etc/passwd", &result), ENOENT);
  CHECK_EQ(mkdir("usr", 0755), 0);
  CHECK_EQ(chdir("usr"), 0);
  CHECK_ERRNO(stat("bin", &result), ENOENT);
  CHECK_EQ(stat("/usr/bin", &result), 0);
  CHECK_EQ(chdir("/etc"), 0);
  CHECK_EQ(stat("passwd", &result), 0);
  CHECK_EQ(stat("../usr/bin", &result), 0);
  CHECK_EQ(chdir("/"), 0);
  CHECK_ERRNO(stat("bin", &result), ENOENT);
  CHECK_EQ(rmdir("usr"), 0);
  CHECK_EQ(symlink("/etc/passwd", "link"), 0);
  CHECK_EQ(stat("link", &result), 0);
}

/* /etc/passwd is the real system's: it can be read, changed and removed for this host alone. */
static void over_the_real_system(void) {
  struct stat before, after;
  CHECK_EQ(stat("/etc/passwd", &before), 0);
  char copy[4096];
  strcpy(copy, read_all("/etc/passwd"));
  CHECK(strlen(copy) > 0);
  FILE* f = fopen("/etc/passwd", "a");
  CHECK(f);
  fputs("more\n", f);
  CHECK_EQ(fclose(f), 0);
  CHECK(strstr(read_all("/etc/passwd"), "more\n"));
  CHECK(memcmp(read_all("/etc/passwd"), copy, strlen(copy)) == 0);
  CHECK_EQ(stat("/etc/passwd", &after), 0);
  CHECK_EQ(before.st_mode, after.st_mode);
  CHECK_EQ(unlink("/etc/passwd"), 0);
  CHECK_ERRNO(stat("/etc/passwd", &after), ENOENT);
  CHECK_ERRNO(unlink("/etc/passwd"), ENOENT);
  CHECK_EQ(rename("/etc/group", "/etc/groups"), 0);
  CHECK_ERRNO(stat("/etc/group", &after), ENOENT);
  CHECK_EQ(stat("/etc/groups", &after), 0);
  CHECK_ERRNO(rename("/usr", "/usr2"), EXDEV);
  int listed = 0;
  DIR* etc = opendir("/etc");
  for (const struct dirent* entry; (entry = readdir(etc));) {
    CHECK(strcmp(entry->d_name, "passwd") != 0 && strcmp(entry->d_name, "group") != 0);
    listed += strcmp(entry->d_name, "groups") == 0 || strcmp(entry->d_name, "hosts") == 0;
  }
  closedir(etc);
  CHECK_EQ(listed, 2);
  /* A directory made again where a real one was does not show the old entries. */
  CHECK_EQ(mkdir("/etc/fresh", 0755), 0);
  CHECK_EQ(rmdir("/etc/fresh"), 0);
  CHECK_EQ(unlink("/etc/hostname"), 0);
  CHECK_ERRNO(open("/etc/hostname", O_RDONLY), ENOENT);
}

static void says_where(const char* host) {
  char line[64];
  snprintf(line, sizeof line, "%s\n", host);
  CHECK(strcmp(read_all("/etc/hostname"), line) == 0);
  CHECK(strstr(read_all("/etc/hosts"), "10.0.0.2\tnode-1\n"));
  CHECK(strstr(read_all("/proc/self/status"), "Pid:\t2\n"));
  CHECK(strstr(read_all("/proc/2/status"), "Pid:\t2\n"));
  CHECK_EQ(strlen(read_all("/proc/self/cmdline")) > 0, 1);
  CHECK(strcmp(read_all("/proc/sys/net/core/somaxconn"), "4096\n") == 0);
  CHECK(strcmp(read_all("/proc/sys/fs/inotify/max_queued_events"), "16384\n") == 0);
  CHECK(strstr(read_all("/proc/mounts"), " / ext4 "));
  CHECK(strstr(read_all("/proc/self/mounts"), " / ext4 "));
  CHECK(strstr(read_all("/sys/kernel/mm/transparent_hugepage/enabled"), "[never]"));
  char target[4096] = "";
  CHECK(readlink("/proc/self/exe", target, sizeof target - 1) > 0);
  CHECK(strstr(target, "files.c.tmp"));
  CHECK_ERRNO(open("/dev/tty", O_RDWR), ENXIO);
  CHECK_ERRNO(open("/dev/sda", O_RDWR), ENOENT);
  CHECK_ERRNO(open("/proc/1/status", O_RDONLY), ENOENT);
  int fd = open("own", O_RDONLY);
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  CHECK(strstr(read_all(path), "written on"));
  close(fd);
  CHECK_ERRNO(open(path, O_RDONLY), ENOENT);
}

static void dates(void) {
  struct stat result;
  struct timespec now;
  usleep(1500000);
  write_all("dated", "x");
  CHECK_EQ(stat("dated", &result), 0);
  clock_gettime(CLOCK_REALTIME, &now);
  CHECK_EQ(result.st_mtim.tv_sec, now.tv_sec);
  CHECK_EQ(result.st_mtim.tv_nsec, now.tv_nsec);
  CHECK_EQ(result.st_ctim.tv_sec, 1577836801);
}

int main(void) {
  char host[64];
  CHECK_EQ(gethostname(host, sizeof host), 0);
  CHECK_EQ(access(".", R_OK), 0); /* though nothing has been written yet */
  DIR* top = opendir(".");
  CHECK(top && readdir(top) && readdir(top) && !readdir(top));
  closedir(top);
  own_directory(host);
  says_where(host);
  relative();
  over_the_real_system();
  dates();
  return 0;
}
