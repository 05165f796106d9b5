// Processes of users other than root, as the deployment says: what files let them do.
//
// RUN: rm -rf %t && mkdir -p %t/base/etc %t/base/srv/shared && cd %t
// RUN: printf 'root:x:0:0::/root:/bin/sh\nadam:x:1000:100::/home/adam:/bin/bash\neve:x:1001:100::/home/eve:/bin/sh\n' >base/etc/passwd
// RUN: printf 'users:x:100:\nstaff:x:50:adam\n' >base/etc/group
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %stp_clang -O2 -I%include %s -o permissions
// RUN: %exits 0 %simterpose run -n 1 -q --root base -d deployment.xml -o out
// RUN: cat out/node-0/*.stdout | %FileCheck %s
// RUN: %exits 2 %simterpose run -n 1 -q --root base --user nobody -o out ./permissions x 2>&1 | %FileCheck --check-prefix=NONE %s
// RUN: %simterpose run -n 1 -q --user 33:5 -o out ./permissions who && %FileCheck --check-prefix=WHO %s <out/node-0/permissions.2.stdout
// NONE: simterpose: command line: host node-0 has no user "nobody"
// WHO: 33 33 5 5 groups 5 www-data /var/www www-data
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="node-0" function="./permissions"><argument value="root"/></actor>
// XML  <actor host="node-0" function="./permissions" start_time="1"><argument value="adam"/>
// XML    <prop id="user" value="adam"/></actor>
// XML  <actor host="node-0" function="./permissions" start_time="2"><argument value="eve"/>
// XML    <prop id="user" value="1001"/></actor>
// XML</platform>
//
// CHECK: 1000 1000 100 100 groups 100 50 adam /home/adam adam
// CHECK: 1001 1001 100 100 groups 100 eve /home/eve eve
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void make(const char* path, mode_t mode) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  CHECK(fd >= 0);
  CHECK_EQ(fchmod(fd, mode), 0);
  CHECK_EQ(write(fd, "text", 4), 4);
  close(fd);
}

static void who(void) {
  gid_t groups[8];
  int count = getgroups(8, groups);
  printf("%d %d %d %d groups", (int)getuid(), (int)geteuid(), (int)getgid(), (int)getegid());
  for (int i = 0; i < count; i++)
    printf(" %d", (int)groups[i]);
  printf(" %s %s %s\n", getenv("USER"), getenv("HOME"), getlogin());
}

static void root(void) {
  umask(0);
  CHECK_EQ(chmod("/srv/shared", 01777), 0);
  CHECK_EQ(mkdir("/srv/private", 0700), 0);
  make("/srv/private/inner", 0666);
  make("/srv/readable", 0644);
  make("/srv/staff", 0660);
  CHECK_EQ(chown("/srv/staff", 0, 50), 0);
  CHECK_EQ(mkdir("/srv/group", 0770), 0);
  CHECK_EQ(chown("/srv/group", -1, 100), 0);
  CHECK_EQ(chmod("/srv/group", 02770), 0);
  make("/srv/shared/roots", 0666);
  /* Nothing is forbidden to root, but running what nobody may. */
  make("/srv/closed", 0);
  CHECK_EQ(access("/srv/closed", R_OK | W_OK), 0);
  CHECK_ERRNO(access("/srv/closed", X_OK), EACCES);
  close(open("/srv/closed", O_RDWR));
  /* As another user for a while. */
  CHECK_EQ(setresuid(-1, 1000, -1), 0);
  CHECK_ERRNO(open("/srv/closed", O_RDONLY), EACCES);
  CHECK_EQ(access("/srv/closed", R_OK), 0); /* of the real user */
  CHECK_ERRNO(eaccess("/srv/closed", R_OK), EACCES);
  CHECK_ERRNO(faccessat(AT_FDCWD, "/srv/closed", R_OK, AT_EACCESS), EACCES);
  CHECK_EQ(seteuid(0), 0);
  CHECK_EQ(eaccess("/srv/closed", R_OK), 0);
}

static void adam(void) {
  struct stat status;
  who();
  CHECK_ERRNO(open("made", O_WRONLY | O_CREAT, 0600), EACCES); /* the top is root's */
  CHECK_EQ(open("/srv/readable", O_RDONLY), 3);
  close(3);
  CHECK_ERRNO(open("/srv/readable", O_RDWR), EACCES);
  CHECK_ERRNO(open("/srv/readable", O_RDONLY | O_TRUNC), EACCES);
  CHECK_ERRNO(truncate("/srv/readable", 0), EACCES);
  CHECK_ERRNO(chmod("/srv/readable", 0666), EPERM);
  CHECK_ERRNO(chown("/srv/readable", 1000, -1), EPERM);
  CHECK_ERRNO(unlink("/srv/readable"), EACCES);
  CHECK_ERRNO(rename("/srv/readable", "/srv/shared/taken"), EACCES);
  CHECK_ERRNO(mkdir("/srv/new", 0777), EACCES);
  CHECK_ERRNO(stat("/srv/private/inner", &status), EACCES);
  CHECK_ERRNO(chdir("/srv/private"), EACCES);
  CHECK_ERRNO(open("/srv/private", O_RDONLY | O_DIRECTORY), EACCES);
  CHECK_ERRNO(utimensat(AT_FDCWD, "/srv/readable", NULL, 0), EACCES);
  const struct timespec old[2] = {{1, 0}, {2, 0}};
  CHECK_ERRNO(utimensat(AT_FDCWD, "/srv/readable", old, 0), EPERM);
  CHECK_EQ(open("/srv/staff", O_RDWR), 3); /* by a group */
  close(3);
  CHECK_EQ(utimensat(AT_FDCWD, "/srv/staff", NULL, 0), 0); /* who may write may say "now" */
  CHECK_ERRNO(utimensat(AT_FDCWD, "/srv/staff", old, 0), EPERM);
  CHECK_ERRNO(unlink("/srv/shared/roots"), EPERM); /* sticky */
  CHECK_ERRNO(rename("/srv/shared/roots", "/srv/shared/x"), EPERM);
  make("/srv/shared/adams", 0640);
  CHECK_EQ(stat("/srv/shared/adams", &status), 0);
  CHECK_EQ(status.st_uid, 1000);
  CHECK_EQ(status.st_gid, 100);
  CHECK_EQ(chown("/srv/shared/adams", -1, 50), 0); /* a group of his */
  CHECK_ERRNO(chown("/srv/shared/adams", -1, 7), EPERM);
  CHECK_ERRNO(chown("/srv/shared/adams", 0, -1), EPERM);
  CHECK_EQ(chmod("/srv/shared/adams", 0600), 0);
  CHECK_EQ(mkdir("/srv/group/sub", 0777), 0); /* set-group-ID directories hand their group on */
  CHECK_EQ(stat("/srv/group/sub", &status), 0);
  CHECK(status.st_mode & S_ISGID);
  CHECK_ERRNO(inotify_add_watch(inotify_init(), "/srv/private", IN_CREATE), EACCES);
  CHECK_ERRNO(chroot("/srv"), EPERM);
  CHECK_ERRNO(setuid(0), EPERM);
  CHECK_ERRNO(access("/srv/closed", R_OK), EACCES);
  /* Children are the same user. */
  pid_t child = fork();
  if (child == 0)
    _exit(open("/srv/private/inner", O_RDONLY) == -1 && errno == EACCES ? 0 : 1);
  int result;
  CHECK(waitpid(child, &result, 0) == child && result == 0);
}

static void eve(void) {
  who();
  CHECK_ERRNO(open("/srv/staff", O_RDWR), EACCES);
  CHECK_ERRNO(open("/srv/shared/adams", O_RDONLY), EACCES);
  CHECK_ERRNO(unlink("/srv/shared/adams"), EPERM);
  CHECK_ERRNO(chmod("/srv/shared/adams", 0777), EPERM);
  CHECK_EQ(rmdir("/srv/group/sub"), 0); /* her group may write there */
  CHECK_EQ(open("/tmp/own", O_WRONLY | O_CREAT, 0600), 3);
}

int main(int argc, char** argv) {
  CHECK_EQ(argc, 2);
  if (strcmp(argv[1], "root") == 0)
    root();
  else if (strcmp(argv[1], "adam") == 0)
    adam();
  else if (strcmp(argv[1], "eve") == 0)
    eve();
  else
    who();
  return 0;
}
