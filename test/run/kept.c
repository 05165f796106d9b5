// Owners and permissions that a run gave are in its output: a second run starts from there.
//
// RUN: rm -rf %t && mkdir %t && cd %t && touch probe
// RUN: %stp_clang -O2 -I%include %s -o kept
// RUN: %exits 0 %simterpose run -q -o first ./kept make
// RUN: test -x first/node-0/script && test $(stat -c %%a first/node-0/private) = 700
// RUN: %python -c "import os; os.setxattr('probe', 'user.x', b'y')" || exit 0; \
// RUN:   cp -a first/node-0 base && %exits 0 %simterpose run -q --root base -o second ./kept check && \
// RUN:   test -x second/node-0/script
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void is(const char* path, mode_t mode, uid_t user, gid_t group) {
  struct stat status;
  CHECK_EQ(stat(path, &status), 0);
  CHECK_EQ(status.st_mode & 07777, mode);
  CHECK_EQ(status.st_uid, user);
  CHECK_EQ(status.st_gid, group);
}

int main(int argc, char** argv) {
  CHECK_EQ(argc, 2);
  if (strcmp(argv[1], "make") == 0) {
    umask(0);
    close(open("script", O_WRONLY | O_CREAT, 0755));
    close(open("locked", O_WRONLY | O_CREAT, 0));
    int fd = open("owned", O_WRONLY | O_CREAT, 0640);
    CHECK_EQ(fchown(fd, 33, 44), 0);
    CHECK_EQ(fchmod(fd, 0600), 0);
    close(fd);
    CHECK_EQ(mkdir("private", 0700), 0);
    CHECK_EQ(mkdir("sticky", 01777), 0);
    CHECK_EQ(chown("sticky", 7, 0), 0);
    close(open("special", O_WRONLY | O_CREAT, 0711));
    CHECK_EQ(chmod("special", 04711), 0);
    CHECK_EQ(mkdir("by-user", 0777), 0);
    CHECK_EQ(setegid(5), 0);
    CHECK_EQ(seteuid(5), 0);
    close(open("by-user/file", O_WRONLY | O_CREAT, 0644));
  }
  is("script", 0755, 0, 0);
  is("locked", 0, 0, 0);
  is("owned", 0600, 33, 44);
  is("private", 0700, 0, 0);
  is("sticky", 01777, 7, 0);
  is("special", 04711, 0, 0);
  is("by-user/file", 0644, 5, 5);
  if (argv[1][0] == 'c') { /* brought up into the next output, all is kept */
    const char* const names[] = {"script", "locked", "owned", "special", "by-user/file"};
    for (int i = 0; i < 5; i++) {
      struct stat before;
      CHECK_EQ(stat(names[i], &before), 0);
      close(open(names[i], O_WRONLY));
      is(names[i], before.st_mode & 07777, before.st_uid, before.st_gid);
    }
  }
  return 0;
}
