// RUN: %stp_clang -O2 -g -I%include -DVERSION=1 %s -o %t.1 && %stp_clang -O2 -g -I%include -DVERSION=2 %s -o %t.2
// RUN: %simterpose run -o %t.out %t.1 %t.1 %t.2 2>&1 | %FileCheck %s
// CHECK: [node-0 0.000000] version 1
// CHECK: [node-0 0.000000] version 2
// CHECK: [node-0 0.000000] version 1
// CHECK-NOT: version
//
// A file that holds another program than when it was last executed, while processes run the old
// one.
#include "check.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Writes over the file, whose inode stays. */
static void copy(const char* from, const char* to) {
  static char bytes[1 << 16];
  const int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
  CHECK(in >= 0 && out >= 0);
  ssize_t size;
  while ((size = read(in, bytes, sizeof bytes)) > 0)
    CHECK_EQ(write(out, bytes, (size_t)size), size);
  close(in);
  close(out);
}

/* The child lives on for a while. */
static void run(void) {
  fflush(NULL);
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  if (fork() == 0) {
    CHECK_EQ(dup2(ends[1], 9), 9);
    close(ends[1]);
    execl("./program", "program", NULL);
    _exit(1);
  }
  char byte;
  close(ends[1]);
  CHECK_EQ(read(ends[0], &byte, 1), 1);
  close(ends[0]);
}

int main(int argc, char** argv) {
  if (argc == 1) {
    printf("version %d\n", VERSION);
    CHECK_EQ(write(9, "", 1), 1);
    sleep(1);
    return 0;
  }
  for (int i = 1; i <= 3; i++) {
    copy(argv[i == 2 ? 2 : 1], "program");
    run();
  }
  while (wait(NULL) > 0)
    continue;
  return 0;
}
