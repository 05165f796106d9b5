// CALLS: mkstemp mkostemp mkstemps mkostemps mkdtemp mktemp tempnam tmpnam
// RUN: %both
//
// Names for temporary use.
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

int main(void) {
  char name[] = "a-XXXXXX", other[] = "a-XXXXXX", suffixed[] = "b-XXXXXX.txt", bad[] = "XXXXX";
  struct stat result;
  int fd = mkstemp(name), second = mkostemp(other, O_CLOEXEC | O_APPEND);
  CHECK(fd >= 0 && second >= 0);
  CHECK(strcmp(name, other) != 0 && !strstr(name, "XXXXXX"));
  CHECK_EQ(fcntl(second, F_GETFD), FD_CLOEXEC);
  CHECK(fcntl(second, F_GETFL) & O_APPEND);
  CHECK_EQ(write(fd, "x", 1), 1);
  CHECK_EQ(stat(name, &result), 0);
  CHECK_EQ(result.st_mode, S_IFREG | 0600);
  CHECK(mkstemps(suffixed, 4) >= 0);
  CHECK(strcmp(suffixed + 8, ".txt") == 0);
  strcpy(suffixed, "b-XXXXXX.txt");
  CHECK(mkostemps(suffixed, 4, O_CLOEXEC) >= 0);
  CHECK_ERRNO(mkstemp(bad), EINVAL);
  char directory[] = "d-XXXXXX";
  CHECK(mkdtemp(directory) == directory);
  CHECK_EQ(stat(directory, &result), 0);
  CHECK_EQ(result.st_mode, S_IFDIR | 0700);
  char unused[] = "e-XXXXXX";
  CHECK(mktemp(unused) == unused && unused[0] == 'e');
  CHECK_ERRNO(stat(unused, &result), ENOENT);
  char* made = tempnam(".", "pre");
  CHECK(made && strstr(made, "/pre"));
  free(made);
  char space[L_tmpnam];
  CHECK(tmpnam(space) == space && space[0] == '/');
  return 0;
}
