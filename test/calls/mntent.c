// CALLS: setmntent getmntent getmntent_r endmntent fgetpwent fgetgrent fgetspent getspent_r cuserid
// RUN: %both
//
// Files of the system's own formats, opened by the program.
#define _GNU_SOURCE
#include <grp.h>
#include <mntent.h>
#include <pwd.h>
#include <shadow.h>
#include <unistd.h>

#include "check.h"

static FILE* file_with(const char* text) {
  FILE* file = fopen("table", "w+");
  CHECK(file);
  fputs(text, file);
  rewind(file);
  return file;
}

static void mounts(void) {
  fclose(file_with("# a comment\n/dev/sda1 / ext4 rw,noatime 0 1\nproc /proc proc defaults 0 0\n"));
  FILE* file = setmntent("table", "r");
  CHECK(file);
  struct mntent* entry = getmntent(file);
  CHECK(entry && strcmp(entry->mnt_dir, "/") == 0);
  CHECK(strcmp(entry->mnt_type, "ext4") == 0 && entry->mnt_passno == 1);
  CHECK(hasmntopt(entry, "noatime"));
  struct mntent other;
  char buffer[256];
  CHECK(getmntent_r(file, &other, buffer, sizeof buffer) == &other);
  CHECK(strcmp(other.mnt_fsname, "proc") == 0);
  CHECK(!getmntent(file));
  CHECK_EQ(endmntent(file), 1);
  CHECK(!setmntent("no such file", "r"));
}

static void entries(void) {
  FILE* file = file_with("a:x:1:2:A:/a:/bin/a\nb:x:3:4:B:/b:/bin/b\n");
  CHECK_EQ(fgetpwent(file)->pw_uid, 1);
  CHECK(strcmp(fgetpwent(file)->pw_dir, "/b") == 0);
  CHECK(!fgetpwent(file));
  fclose(file);
  file = file_with("g:x:5:a,b\n");
  struct group* group = fgetgrent(file);
  CHECK(group->gr_gid == 5 && strcmp(group->gr_mem[1], "b") == 0);
  fclose(file);
  file = file_with("a:!:1::::::\n");
  CHECK(strcmp(fgetspent(file)->sp_pwdp, "!") == 0);
  fclose(file);
}

int main(void) {
  mounts();
  entries();
  char name[L_cuserid], buffer[256];
  CHECK(cuserid(name) == name);
  struct spwd shadow, *found;
  if (geteuid() == 0) {
    CHECK(strcmp(name, "root") == 0);
    setspent();
    CHECK_EQ(getspent_r(&shadow, buffer, sizeof buffer, &found), 0);
    endspent();
  }
  unlink("table");
  return 0;
}
