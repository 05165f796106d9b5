// CALLS: fork waitid prctl
// RUN: %both
//
// What /proc says of this process, of its children, and of zombies.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "child.h"

static char text[8192];

/* The content of /proc/PID/NAME. */
static size_t content(pid_t pid, const char* name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  int fd = open(path, O_RDONLY);
  CHECK(fd >= 0);
  memset(text, 0, sizeof text);
  const ssize_t size = read(fd, text, sizeof text - 1);
  CHECK(size >= 0);
  close(fd);
  return (size_t)size;
}

/* Fields of "stat", from the third on: the second may hold spaces. */
static char state;
static int parent, group, session;

static void parse(pid_t pid) {
  int number;
  CHECK(content(pid, "stat") > 50);
  CHECK_EQ(sscanf(text, "%d ", &number), 1);
  CHECK_EQ(number, pid);
  CHECK_EQ(sscanf(strrchr(text, ')') + 2, "%c %d %d %d", &state, &parent, &group, &session), 4);
}

static int listed(pid_t pid) {
  char name[16];
  int found = 0;
  snprintf(name, sizeof name, "%d", pid);
  DIR* directory = opendir("/proc");
  CHECK(directory);
  for (struct dirent* entry; (entry = readdir(directory));)
    found += strcmp(entry->d_name, name) == 0;
  closedir(directory);
  return found;
}

/* What a program reads to learn the size of its memory: redis after saving. */
static void memory(void) {
  static char line[256];
  unsigned long start, end, dirty = 0;
  long more;
  volatile char* block = malloc(1 << 20);
  CHECK(block);
  for (int i = 0; i < 1 << 20; i++)
    block[i] = 1;
  FILE* maps = fopen("/proc/self/maps", "r");
  CHECK(maps && fgets(line, sizeof line, maps));
  CHECK(sscanf(line, "%lx-%lx %*4s", &start, &end) == 2 && start < end);
  fclose(maps);
  char* shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(shared != MAP_FAILED);
  maps = fopen("/proc/self/maps", "r");
  char flags[8] = "";
  while (fgets(line, sizeof line, maps) && strcmp(flags, "rw-s") != 0)
    if (sscanf(line, "%lx-%lx %7s", &start, &end, flags) != 3 || start > (unsigned long)shared ||
        end < (unsigned long)shared + 8192)
      flags[0] = '\0';
  CHECK(strcmp(flags, "rw-s") == 0);
  fclose(maps);
  maps = fopen("/proc/self/smaps", "r");
  CHECK(maps);
  while (fgets(line, sizeof line, maps))
    if (sscanf(line, "Private_Dirty: %ld kB", &more) == 1)
      dirty += (unsigned long)more;
  CHECK(dirty >= 1024);
  fclose(maps);
  free((void*)block);
}

/* Files that programs look into for one thing or another. */
static void others(void) {
  static const struct {
    const char *path, *has;
  } files[] = {
      {"/proc/stat", "btime "},
      {"/proc/sys/kernel/ostype", "Linux\n"},
      {"/proc/sys/kernel/ngroups_max", "65536\n"},
      {"/proc/sys/kernel/random/boot_id", "-4"},
      {"/proc/sys/net/ipv4/tcp_fin_timeout", "60\n"},
      {"/proc/self/limits", "Max open files            "},
      {"/proc/self/cgroup", "0::/"},
      {"/proc/filesystems", "nodev\tproc\n"},
  };
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    const int fd = open(files[i].path, O_RDONLY);
    CHECK(fd >= 0);
    memset(text, 0, sizeof text);
    CHECK(read(fd, text, sizeof text - 1) > 0);
    CHECK(strstr(text, files[i].has));
    CHECK_EQ(close(fd), 0);
  }
  char uuids[2][37];
  for (int i = 0; i < 2; i++) {
    const int fd = open("/proc/sys/kernel/random/uuid", O_RDONLY);
    CHECK_EQ(read(fd, uuids[i], 37), 37);
    CHECK(uuids[i][14] == '4' && strchr("89ab", uuids[i][19]) && uuids[i][36] == '\n');
    CHECK_EQ(close(fd), 0);
  }
  CHECK(memcmp(uuids[0], uuids[1], 36) != 0);
  /* Links to a directory, the root above all, lead there. */
  const int root = open("/proc/self/root", O_RDONLY | O_DIRECTORY),
            here = open("/proc/self/cwd", O_RDONLY);
  CHECK(root >= 0 && here >= 0);
  CHECK_EQ(close(root), 0);
  CHECK_EQ(close(here), 0);
  CHECK_EQ(access("/proc/self/root/proc/self/stat", R_OK), 0);
}

/* Links lead on even where the directories above may not be searched. */
static void links_of_another_user(void* unused) {
  (void)unused;
  char top[] = "proc-XXXXXX", here[4096];
  struct stat stat_here, stat_link;
  CHECK(mkdtemp(top) != NULL);
  CHECK_EQ(chmod(top, 0700), 0);
  CHECK_EQ(chdir(top), 0);
  CHECK_EQ(mkdir("inner", 0755), 0);
  CHECK_EQ(chdir("inner"), 0);
  CHECK(getcwd(here, sizeof here) != NULL);
  close(open("file", O_CREAT | O_WRONLY, 0644));
  CHECK_EQ(setuid(1000), 0);
  CHECK_ERRNO(stat(here, &stat_here), EACCES);
  CHECK_EQ(stat(".", &stat_here), 0);
  CHECK_EQ(stat("/proc/self/cwd", &stat_link), 0);
  CHECK_EQ(stat_link.st_ino, stat_here.st_ino);
  CHECK_EQ(access("/proc/self/cwd/file", R_OK), 0);
  CHECK_ERRNO(access("/proc/self/cwd/..", X_OK), EACCES);
  CHECK_ERRNO(access("/proc/self/cwd/../inner", X_OK), EACCES);
}

int main(int argc, char** argv) {
  others();
  memory();
  CHECK(argc == 1);
  parse(getpid());
  CHECK(state == 'R' && parent == getppid() && group == getpgrp() && session == getsid(0));
  CHECK_EQ(content(getpid(), "cmdline"), strlen(argv[0]) + 1);
  CHECK(strcmp(text, argv[0]) == 0);

  int pipe_[2];
  char byte;
  CHECK_EQ(pipe(pipe_), 0);
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    CHECK_EQ(setpgid(0, 0), 0);
    CHECK_EQ(prctl(PR_SET_NAME, "a (child"), 0);
    CHECK_EQ(write(pipe_[1], "x", 1), 1);
    for (;;)
      pause();
  }
  CHECK_EQ(read(pipe_[0], &byte, 1), 1);
  while (parse(pid), state == 'R') /* natively: on its way */
    usleep(1000);
  CHECK(state == 'S' && parent == getpid() && group == pid && session == getsid(0));
  CHECK(strstr(text, "(a (child)"));
  content(pid, "comm");
  CHECK(strcmp(text, "a (child\n") == 0);
  CHECK_EQ(content(pid, "cmdline"), strlen(argv[0]) + 1);
  CHECK(strcmp(text, argv[0]) == 0);
  char path[64], line[64], mine[4096] = "", its[4096] = "";
  snprintf(path, sizeof path, "/proc/%d/exe", pid);
  CHECK(readlink("/proc/self/exe", mine, sizeof mine - 1) > 0);
  CHECK(readlink(path, its, sizeof its - 1) > 0);
  CHECK(strcmp(mine, its) == 0);
  content(pid, "status");
  snprintf(line, sizeof line, "\nPPid:\t%d\n", getpid());
  CHECK(strstr(text, line) && strstr(text, "\nState:\tS (sleeping)\n"));
  CHECK(listed(pid) == 1 && listed(getpid()) == 1);

  CHECK_EQ(kill(pid, SIGKILL), 0);
  CHECK_EQ(waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT), 0);
  parse(pid);
  CHECK(state == 'Z' && parent == getpid() && group == pid);
  CHECK_EQ(content(pid, "cmdline"), 0);
  content(pid, "status");
  CHECK(strstr(text, "\nState:\tZ (zombie)\n"));
  CHECK(listed(pid) == 1);
  CHECK_EQ(child_status(pid), SIGKILL);
  CHECK_ERRNO(open(path, O_RDONLY), ENOENT);
  CHECK(listed(pid) == 0);
  if (geteuid() == 0)
    in_child(links_of_another_user, NULL);
  return 0;
}
