// CALLS: getpwnam getpwuid getpwnam_r getpwuid_r getpwent getpwent_r setpwent endpwent getgrnam
// CALLS: getgrgid getgrnam_r getgrgid_r getgrent getgrent_r setgrent endgrent getgrouplist
// CALLS: initgroups getspnam getspnam_r getspent setspent endspent
// RUN: %both
//
// Users and groups: those that every system has.
#define _GNU_SOURCE
#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <unistd.h>

#include "check.h"

static void users(void) {
  struct passwd* root = getpwnam("root");
  CHECK(root && root->pw_uid == 0 && root->pw_gid == 0);
  CHECK(strcmp(root->pw_dir, "/root") == 0);
  CHECK(getpwuid(0) != root); /* each function has its buffer */
  CHECK(strcmp(root->pw_name, "root") == 0);
  CHECK(!getpwnam("no such user"));
  CHECK(!getpwuid(987654));
  struct passwd entry, *found;
  char buffer[1024];
  CHECK_EQ(getpwnam_r("nobody", &entry, buffer, sizeof buffer, &found), 0);
  CHECK(found == &entry && entry.pw_uid == 65534);
  CHECK(entry.pw_name >= buffer && entry.pw_name < buffer + sizeof buffer);
  CHECK_EQ(getpwuid_r(0, &entry, buffer, 4, &found), ERANGE);
  CHECK(!found);
  CHECK_EQ(getpwuid_r(987654, &entry, buffer, sizeof buffer, &found), 0);
  CHECK(!found);
  int count = 0, roots = 0;
  setpwent();
  for (struct passwd* each; (each = getpwent()); count++)
    roots += each->pw_uid == 0;
  CHECK(count >= 2 && roots >= 1);
  setpwent();
  CHECK_EQ(getpwent_r(&entry, buffer, sizeof buffer, &found), 0);
  while (getpwent_r(&entry, buffer, sizeof buffer, &found) == 0)
    count--;
  CHECK_EQ(count, 1);
  CHECK_EQ(getpwent_r(&entry, buffer, sizeof buffer, &found), ENOENT);
  endpwent();
}

static void groups(void) {
  struct group* root = getgrgid(0);
  CHECK(root && strcmp(root->gr_name, "root") == 0);
  CHECK(getgrnam("daemon")->gr_gid == 1);
  CHECK(!getgrnam("no such group"));
  CHECK(!getgrgid(987654));
  struct group entry, *found;
  char buffer[4096];
  CHECK_EQ(getgrnam_r("daemon", &entry, buffer, sizeof buffer, &found), 0);
  CHECK(found == &entry && entry.gr_gid == 1);
  CHECK_EQ(getgrgid_r(0, &entry, buffer, 2, &found), ERANGE);
  CHECK_EQ(getgrgid_r(987654, &entry, buffer, sizeof buffer, &found), 0);
  CHECK(!found);
  int count = 0;
  setgrent();
  while (getgrent())
    count++;
  CHECK(count >= 2);
  setgrent();
  CHECK_EQ(getgrent_r(&entry, buffer, sizeof buffer, &found), 0);
  endgrent();
  gid_t list[8];
  int room = 8;
  CHECK_EQ(getgrouplist("nobody", 65534, list, &room), 1);
  CHECK_EQ(list[0], 65534);
  room = 0;
  CHECK_EQ(getgrouplist("nobody", 65534, list, &room), -1);
  CHECK_EQ(room, 1);
  if (geteuid() == 0) {
    CHECK_EQ(initgroups("nobody", 77), 0);
    CHECK_EQ(getgroups(8, list), 1);
    CHECK_EQ(list[0], 77);
  }
}

static void shadow(void) {
  struct spwd entry, *found;
  char buffer[1024];
  CHECK(!getspnam("no such user"));
  if (geteuid() != 0)
    return;
  CHECK(strcmp(getspnam("root")->sp_namp, "root") == 0);
  CHECK_EQ(getspnam_r("root", &entry, buffer, sizeof buffer, &found), 0);
  CHECK(found == &entry);
  setspent();
  CHECK(getspent());
  endspent();
}

int main(void) {
  users();
  groups();
  shadow();
  return 0;
}
