// Thousands of random calls on a small tree of files, in the host's own directory and over a base:
// each has the same result, errno and visible effect as on the real system.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I%include %s -o random
// RUN: mkdir -p top/1/2/3/4/5/6/7/8 && cd top/1/2/3/4/5/6/7/8
// RUN: mkdir -p a/b/c b c/a && echo one >a/a && echo two >a/b/b && echo three >d
// RUN: ln -s a/b a/d && ln -s ../d c/b && ln -s nowhere c/c && chmod 0700 a/b && chmod 0444 a/a && cd %t
// RUN: for seed in 1 2 3 4 5 6; do \
// RUN:   rm -rf native && cp -a top native && (cd native/1/2/3/4/5/6/7/8 && %t/random $seed files) >native.$seed || exit 1; \
// RUN:   %simterpose run -q --root top -o out ./random $seed files / || exit 1; \
// RUN:   cmp native.$seed out/node-0/random.2.stdout || exit 1; \
// RUN:   rm -rf native && mkdir -p native/1/2/3/4/5/6/7/8 && (cd native/1/2/3/4/5/6/7/8 && %t/random $seed all) >native.$seed || exit 1; \
// RUN:   %simterpose run -q -o out ./random $seed all / || exit 1; \
// RUN:   cmp native.$seed out/node-0/random.2.stdout || exit 1; \
// RUN: done
// RUN: test $(wc -l <native.1) -ge 3000
#define _GNU_SOURCE
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEPS = 3000, HANDLES = 3 };

static uint64_t state;
static int directories_move;
static int handles[HANDLES] = {-1, -1, -1};

static unsigned any(unsigned bound) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(state >> 33) % bound;
}

/* "b/a/../c", now and then with a slash at the end. */
static const char* path(void) {
  static char paths[4][64];
  static unsigned last;
  char* text = paths[last++ % 4];
  text[0] = 0;
  const unsigned parts = 1 + any(3);
  int up = 0;
  for (unsigned i = 0; i < parts; i++) {
    const unsigned part = any(12);
    const char name[2] = {(char)('a' + part % 4), 0};
    if (i > 0)
      strcat(text, "/");
    strcat(text, part == 11 && !up++ ? ".." : part == 10 ? "." : name);
  }
  if (any(20) == 0)
    strcat(text, "/");
  return text;
}

static void say(const char* what, const char* first, const char* second, long result) {
  printf("%s %s %s: %ld", what, first, second, result);
  if (result < 0)
    printf(" %s", strerrorname_np(errno));
}

static int is_directory(const char* name) {
  struct stat status;
  return lstat(name, &status) == 0 && S_ISDIR(status.st_mode);
}

static void show(const char* call, const char* name, int result, const struct stat* status) {
  say(call, name, "", result);
  if (result == 0)
    printf(" %o %ld", status->st_mode, S_ISDIR(status->st_mode) ? 0 : (long)status->st_nlink);
  if (result == 0 && !S_ISDIR(status->st_mode))
    printf(" %ld", (long)status->st_size);
  if (result == 0 && status->st_mtim.tv_sec < 1000)
    printf(" %ld", (long)status->st_mtim.tv_sec);
}

static void open_any(int at, const char* name) {
  static const int modes[] = {O_RDONLY, O_WRONLY, O_RDWR};
  int flags = modes[any(3)] | O_NONBLOCK;
  flags |= any(2) ? O_CREAT : 0;
  flags |= any(4) == 0 ? O_EXCL : 0;
  flags |= any(4) == 0 ? O_TRUNC : 0;
  flags |= any(6) == 0 ? O_NOFOLLOW : 0;
  flags |= any(8) == 0 ? O_DIRECTORY : 0;
  flags |= any(4) == 0 ? O_APPEND : 0;
  if ((flags & (O_CREAT | O_DIRECTORY)) == (O_CREAT | O_DIRECTORY))
    flags &= ~O_DIRECTORY; /* kernels differ */
  char text[64] = "";
  struct stat status;
  if (fstat(at, &status) == 0 && status.st_nlink == 0)
    return; /* a directory that has been removed */
  const int fd = openat(at, name, flags, 0400 | any(0400));
  snprintf(text, sizeof text, "%x", (unsigned)flags);
  say("open", name, text, fd < 0 ? fd : 0);
  if (fd < 0)
    return;
  CHECK_EQ(fstat(fd, &status), 0);
  if (S_ISREG(status.st_mode)) {
    memset(text, 0, sizeof text);
    const ssize_t got = read(fd, text, 20), put = write(fd, "0123456789", 1 + any(10));
    printf(" read %ld %s wrote %ld", (long)got, text, (long)put);
  } else {
    printf(" %o", status.st_mode & S_IFMT);
  }
  const unsigned kept = any(HANDLES);
  if (S_ISDIR(status.st_mode) && any(2)) {
    close(handles[kept]);
    handles[kept] = fd;
  } else {
    close(fd);
  }
}

static void list(const char* name) {
  struct dirent** found;
  const int count = scandir(name, &found, NULL, alphasort);
  say("list", name, "", count);
  for (int i = 0; i < count; i++) {
    printf(" %s", found[i]->d_name);
    free(found[i]);
  }
  if (count >= 0)
    free(found);
}

static void follow(const char* name) {
  char real[PATH_MAX];
  char* result = realpath(name, real);
  say("realpath", name, "", result ? 0 : -1);
  const char* end = result ? strstr(result, "/1/2/") : NULL;
  printf(" %s", end ? end : "");
}

static void move(void) {
  const char *from = path(), *to = path();
  const unsigned flags = any(4) == 0 ? RENAME_EXCHANGE : any(4) == 0 ? RENAME_NOREPLACE : 0;
  if (!directories_move && (is_directory(from) || is_directory(to)))
    return;
  const int result = renameat2(AT_FDCWD, from, AT_FDCWD, to, flags);
  say(flags == RENAME_EXCHANGE ? "exchange" : flags ? "move" : "rename", from, to, result);
}

static void step(void) {
  const char* name = path();
  struct stat status;
  char text[64] = "";
  ssize_t size;
  switch (any(20)) {
  case 0:
  case 1:
    say("mkdir", name, "", mkdir(name, 0500 | any(0300)));
    break;
  case 2:
    say("rmdir", name, "", rmdir(name));
    break;
  case 3:
    say("unlink", name, "", unlink(name));
    break;
  case 4:
  case 5:
    move();
    break;
  case 6: {
    const char* other = path();
    const int flags = any(2) ? AT_SYMLINK_FOLLOW : 0;
    say(flags ? "linkat" : "link", name, other, linkat(AT_FDCWD, name, AT_FDCWD, other, flags));
    break;
  }
  case 7: {
    const char* other = path();
    say("symlink", name, other, symlink(name, other));
    break;
  }
  case 8:
    show("stat", name, stat(name, &status), &status);
    break;
  case 9:
    show("lstat", name, lstat(name, &status), &status);
    break;
  case 10:
    size = readlink(name, text, sizeof text - 1);
    say("readlink", name, text, size);
    break;
  case 11: {
    const mode_t mode = 0400 | any(07777);
    say("chmod", name, "", chmod(name, is_directory(name) ? mode | 0700 : mode));
    break;
  }
  case 12:
    say("truncate", name, "", truncate(name, (off_t)any(30)));
    break;
  case 13:
    list(name);
    break;
  case 14: {
    const struct timespec times[2] = {{any(900), 0}, {any(900), 0}};
    const int flags = any(2) ? AT_SYMLINK_NOFOLLOW : 0;
    say("utimensat", name, "", utimensat(AT_FDCWD, name, times, flags));
    break;
  }
  case 15:
    follow(name);
    break;
  case 16:
    say("mkfifo", name, "", mkfifo(name, 0600));
    break;
  case 17:
    open_any(handles[any(HANDLES)], name);
    break;
  default:
    open_any(AT_FDCWD, name);
  }
  printf("\n");
}

int main(int argc, char** argv) {
  CHECK(argc >= 3);
  state = strtoull(argv[1], NULL, 10) * 1000003;
  directories_move = strcmp(argv[2], "all") == 0;
  if (argc > 3) { /* emulated */
    char name[32] = "/";
    for (char c = '1'; c <= '8'; c++) {
      snprintf(name, sizeof name, "%c", c);
      mkdir(name, 0755);
      CHECK_EQ(chdir(name), 0);
    }
  }
  umask(022);
  for (int i = 0; i < STEPS; i++) {
    printf("%d ", i);
    step();
  }
  return 0;
}
