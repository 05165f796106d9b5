// Hosts that start from directories: files there are the host's, relative and absolute, are never
// written to, and come before the machine's. One directory by property of the host, one by property
// of a process, one by --root.
//
// RUN: rm -rf %t && mkdir -p %t/a/etc %t/a/data/sub %t/b/etc %t/c/node && cd %t
// RUN: echo from a >a/data/file && echo text >a/data/sub/inner && ln -s /data/file a/link
// RUN: echo eve:x:4711:100:Eve:/home/eve:/bin/sh >a/etc/passwd && chmod 0640 a/data/file
// RUN: echo 1.2.3.4 other >b/etc/hosts && echo from b >b/own && echo from c >c/node/own
// RUN: chmod 4755 a/data/sub
// RUN: find a b c -printf '%%p %%m %%n %%s %%T@ %%C@\n' | sort >before
// RUN: sed -n 's/^.. PLATFORM//p' %s >platform.xml && sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %stp_clang -O2 -I%include %s -o root
// RUN: %exits 0 %simterpose run --cpu none -p platform.xml -d deployment.xml --root c/{host} -o out >log 2>&1
// RUN: %FileCheck %s <log
// RUN: find a b c -printf '%%p %%m %%n %%s %%T@ %%C@\n' | sort | diff before -
// RUN: grep changed out/first/data/file
// RUN: test ! -e out/second/own
// RUN: %exits 2 %simterpose run --cpu none -q --root absent -o out ./root x 2>&1 | %FileCheck --check-prefix=ABSENT %s
// RUN: %exits 2 %simterpose run --cpu none -q --root before -o out ./root x 2>&1 | %FileCheck --check-prefix=FILE %s
// RUN: %exits 2 %simterpose run --cpu none -q --root out/first -o out ./root x 2>&1 | %FileCheck --check-prefix=OUT %s
// ABSENT: simterpose: command line: host node-0 cannot start from absent: No such file or directory
// FILE: simterpose: command line: host node-0 cannot start from before: it is not a directory
// OUT: simterpose: command line: host node-0 cannot start from out/first: it lies in the output, which is replaced
//
// PLATFORM<?xml version="1.0"?>
// PLATFORM<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
// PLATFORM<platform version="4.1">
// PLATFORM  <zone id="z" routing="Full">
// PLATFORM    <host id="first" speed="1Gf"><prop id="root" value="a"/></host>
// PLATFORM    <host id="second" speed="1Gf"/>
// PLATFORM    <host id="node" speed="1Gf"/>
// PLATFORM    <link id="l" bandwidth="1GBps" latency="1ms"/>
// PLATFORM    <route src="first" dst="second"><link_ctn id="l"/></route>
// PLATFORM    <route src="first" dst="node"><link_ctn id="l"/></route>
// PLATFORM    <route src="second" dst="node"><link_ctn id="l"/></route>
// PLATFORM  </zone>
// PLATFORM</platform>
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="first" function="./root"><argument value="first"/></actor>
// XML  <actor host="second" function="./root"><argument value="second"/>
// XML    <prop id="root" value="b"/></actor>
// XML  <actor host="node" function="./root"><argument value="node"/></actor>
// XML</platform>
//
// CHECK-DAG: [first 0.000000] eve 4711
// CHECK-DAG: [second 0.000000] from b
// CHECK-DAG: [second 0.000000] 1.2.3.4 other
// CHECK-DAG: [node 0.000000] from c
#define _GNU_SOURCE
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

static const char* content(const char* path) {
  static char text[256];
  memset(text, 0, sizeof text);
  int fd = open(path, O_RDONLY);
  CHECK(fd >= 0);
  CHECK(read(fd, text, sizeof text - 1) >= 0);
  close(fd);
  return text;
}

static int listed(const char* directory, char* names) {
  DIR* d = opendir(directory);
  CHECK(d);
  int count = 0;
  names[0] = 0;
  for (const struct dirent* entry; (entry = readdir(d)); count++)
    strcat(strcat(names, entry->d_name), " ");
  closedir(d);
  return count;
}

static void first(void) {
  char names[4096], target[64] = "";
  struct stat status;
  CHECK_EQ(listed(".", names), 5);
  CHECK(strcmp(names, ". .. data etc link ") == 0);
  CHECK(strcmp(content("data/file"), "from a\n") == 0);
  CHECK(strcmp(content("/data/file"), "from a\n") == 0);
  CHECK(strcmp(content("link"), "from a\n") == 0); /* an absolute link leads to the host's file */
  CHECK_EQ(readlink("link", target, sizeof target), 10);
  CHECK_EQ(stat("data/file", &status), 0);
  CHECK_EQ(status.st_mode, S_IFREG | 0640);
  CHECK_EQ(status.st_uid, 0); /* the simulator's own files are root's */
  CHECK_EQ(stat("/data/sub", &status), 0);
  CHECK_EQ(status.st_mode & 07777, 04755);
  CHECK_EQ(stat("/usr/bin", &status), 0); /* the machine's, seen beside */
  CHECK_ERRNO(stat("usr", &status), ENOENT);
  CHECK(listed("/etc", names) > 4 && strstr(names, " hosts "));
  const struct passwd* eve = getpwnam("eve");
  CHECK(eve);
  printf("eve %d\n", (int)eve->pw_uid);
  CHECK(getpwnam("www-data") == NULL);

  ino_t number = (stat("data/file", &status), status.st_ino);
  int fd = open("data/file", O_WRONLY | O_APPEND);
  CHECK_EQ(write(fd, "changed\n", 8), 8);
  close(fd);
  CHECK(strcmp(content("/data/file"), "from a\nchanged\n") == 0);
  CHECK_EQ(stat("data/file", &status), 0);
  CHECK_EQ(status.st_ino, number);
  CHECK_EQ(status.st_mode, S_IFREG | 0640);
  CHECK_EQ(unlink("/data/sub/inner"), 0);
  CHECK_ERRNO(open("data/sub/inner", O_RDONLY), ENOENT);
  CHECK_EQ(listed("data/sub", names), 2);
  CHECK_EQ(rmdir("data/sub"), 0);
  CHECK_EQ(mkdir("data/sub", 0700), 0);
  CHECK_EQ(listed("data/sub", names), 2); /* nothing shows through */
  CHECK_EQ(rename("link", "data/moved"), 0);
  CHECK(strcmp(content("data/moved"), "from a\nchanged\n") == 0);
  CHECK_ERRNO(rename("data", "elsewhere"), EXDEV);
  CHECK_EQ(listed(".", names), 5); /* and the file of standard output */
  CHECK(strncmp(names, ". .. data etc root.", 19) == 0);
}

int main(int argc, char** argv) {
  CHECK_EQ(argc, 2);
  setvbuf(stdout, NULL, _IONBF, 0);
  if (strcmp(argv[1], "first") == 0) {
    first();
    return 0;
  }
  printf("%s", content("own"));
  if (strcmp(argv[1], "second") == 0)
    printf("%s", content("/etc/hosts"));
  return 0;
}
