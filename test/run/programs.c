// RUN: %stp_clang -O2 -g -I%include %s -o %t && cc -O1 -DPLAIN -I%include %s -o %t.plain
// RUN: printf '<platform version="4.1"><actor host="node-0" function="%t"><prop id="bin:/usr/lab" value="%t"/></actor><actor host="node-1" function="%t" start_time="1"/></platform>' >%t.xml
// RUN: %simterpose run --cpu none -n 2 --bin /bin/sh=%t --bin /bin/plain=%t.plain -o %t.out -d %t.xml 2>&1 | %FileCheck %s
// RUN: rm -rf %t.dir && mkdir %t.dir && cp %t %t.dir/again && cd %t.dir && %simterpose run --cpu none -o %t.out ./again 3 2>&1 | %FileCheck --check-prefix AGAIN %s
// CHECK: simterpose: [node-0 0.000000] programs.c.tmp.2: execve: cannot be emulated: {{.*}}plain: not instrumented; compile it with simterpose-cc (clang -fplugin=simterpose.so)
// CHECK: [node-0 0.000000] plain: Exec format error
// CHECK: [node-0 0.000000] true: Exec format error
// CHECK: [node-0 0.000000] sh says hello
// CHECK: [node-0 0.000000] /usr/lab is there
// CHECK: [node-1 1.000000] sh says hello
// CHECK: [node-1 1.000000] /usr/lab is absent
// AGAIN: simterpose: [node-0 0.000000] again.2: posix_spawn: cannot be emulated: /{{.*}}: not instrumented; compile it with simterpose-cc (clang -fplugin=simterpose.so)
// AGAIN: [node-0 0.000000] 3: system 127, popen none
// AGAIN: [node-0 0.000000] 2: system 127, popen none
// AGAIN: [node-0 0.000000] 1: system 127, popen none
//
// Programs that the run puts at paths of hosts, and those that cannot be emulated.
#define _GNU_SOURCE
#include "check.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whether the directory lists the name. */
static int listed(const char* directory, const char* name) {
  int found = 0;
  DIR* const d = opendir(directory);
  for (struct dirent* entry; (entry = readdir(d));)
    found |= strcmp(entry->d_name, name) == 0;
  closedir(d);
  return found;
}

/* Without a shell; then once more, by the name that the user has given. */
static int again(char** argv) {
  const int count = atoi(argv[1]);
  const int status = system("hello");
  printf("%d: system %d, popen %s\n", count, WEXITSTATUS(status),
         popen("hello", "r") ? "some" : "none");
  fflush(stdout);
  char next[16];
  sprintf(next, "%d", count - 1);
  if (count > 1)
    execl(argv[0], argv[0], next, NULL);
  return count > 1;
}

int main(int argc, char** argv) {
  if (argc == 2)
    return again(argv);
  if (argc == 3) {
    printf("%s says %s\n", argv[0], argv[2]);
    return 0;
  }
  char* const arguments[] = {"plain", NULL};
  CHECK(execv("/usr/bin/plain", arguments) == -1);
  printf("plain: %m\n");
  CHECK(execvp("true", arguments) == -1);
  printf("true: %m\n");
  CHECK_EQ(system("hello"), 0);
  char target[4096] = "";
  CHECK(readlink("/usr/bin/sh", target, sizeof target - 1) > 0);
  CHECK(target[0] == '/');
  const int present = access("/usr/lab", X_OK) == 0;
  CHECK_EQ(listed("/usr", "lab"), present);
  printf("/usr/lab is %s\n", present ? "there" : "absent");
  return 0;
}
