// Users and groups are the host's own where it has files for them, else Debian's first ones; never
// those of the machine that runs the emulation.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 %s -o users
// RUN: %simterpose run -q -n 1 -o out ./users
// RUN: %FileCheck %s <out/node-0/users.2.stdout
//      CHECK: www-data 33
// CHECK-NEXT: eve: none
// CHECK-NEXT: eve 4711 /home/eve
// CHECK-NEXT: www-data: none
// CHECK-NEXT: groups 100 7 8
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>

static void look(const char* name) {
  const struct passwd* user = getpwnam(name);
  if (user && user->pw_uid == 4711)
    printf("%s %d %s\n", name, (int)user->pw_uid, user->pw_dir);
  else if (user)
    printf("%s %d\n", name, (int)user->pw_uid);
  else
    printf("%s: none\n", name);
}

static void write_file(const char* path, const char* text) {
  FILE* file = fopen(path, "w");
  fputs(text, file);
  fclose(file);
}

int main(void) {
  look("www-data");
  look("eve");
  mkdir("/etc", 0755);
  write_file("/etc/passwd", "root:x:0:0::/root:/bin/sh\neve:x:4711:100:Eve:/home/eve:/bin/sh\n");
  write_file("/etc/group", "users:x:100:\none:x:7:adam,eve\ntwo:x:8:eve\nthree:x:9:adam\n");
  look("eve");
  look("www-data");
  gid_t list[8];
  int count = 8;
  getgrouplist("eve", 100, list, &count);
  printf("groups");
  for (int i = 0; i < count; i++)
    printf(" %d", (int)list[i]);
  puts("");
  return 0;
}
