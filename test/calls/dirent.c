// CALLS: opendir fdopendir closedir dirfd readdir readdir_r rewinddir telldir seekdir scandir
// CALLS: scandirat glob globfree ftw nftw
// RUN: %both
//
// Listing directories and trees.
#define _GNU_SOURCE
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

static void make(const char* path) {
  int fd = creat(path, 0600);
  CHECK(fd >= 0);
  close(fd);
}

static int count_entries(DIR* directory) {
  int count = 0;
  while (readdir(directory))
    count++;
  return count;
}

static void listing(void) {
  CHECK(opendir("absent") == NULL && errno == ENOENT);
  CHECK(opendir("d/a") == NULL && errno == ENOTDIR);
  DIR* directory = opendir("d");
  CHECK(directory);
  CHECK_EQ(count_entries(directory), 6);
  errno = 0;
  CHECK(readdir(directory) == NULL && errno == 0);
  make("d/new");
  rewinddir(directory);
  CHECK_EQ(count_entries(directory), 7);
  CHECK_EQ(unlink("d/new"), 0);
  rewinddir(directory);
  const struct dirent* entry = readdir(directory);
  CHECK(entry && entry->d_ino != 0);
  long second = telldir(directory);
  char name[256];
  strcpy(name, readdir(directory)->d_name);
  readdir(directory);
  seekdir(directory, second);
  CHECK(strcmp(readdir(directory)->d_name, name) == 0);
  struct stat result;
  CHECK_EQ(fstat(dirfd(directory), &result), 0);
  CHECK(S_ISDIR(result.st_mode));
  CHECK_EQ(fcntl(dirfd(directory), F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fstatat(dirfd(directory), "a", &result, 0), 0);
  CHECK_EQ(closedir(directory), 0);

  int fd = open("d", O_RDONLY | O_DIRECTORY);
  char byte;
  CHECK_ERRNO(read(fd, &byte, 1), EISDIR);
  directory = fdopendir(fd);
  CHECK(directory);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  struct dirent space, *found;
  CHECK_EQ(readdir_r(directory, &space, &found), 0);
#pragma GCC diagnostic pop
  CHECK(found == &space);
  CHECK_EQ(closedir(directory), 0);
  CHECK_ERRNO(close(fd), EBADF);
  CHECK(fdopendir(99) == NULL && errno == EBADF);
}

static int one_letter(const struct dirent* entry) {
  return entry->d_name[0] != '.' && entry->d_name[1] == 0;
}

static void scanning(void) {
  struct dirent** names;
  int count = scandir("d", &names, one_letter, alphasort);
  CHECK_EQ(count, 3);
  CHECK(strcmp(names[0]->d_name, "a") == 0 && strcmp(names[2]->d_name, "c") == 0);
  CHECK(names[2]->d_type == DT_DIR || names[2]->d_type == DT_UNKNOWN);
  for (int i = 0; i < count; i++)
    free(names[i]);
  free(names);
  CHECK_ERRNO(scandir("absent", &names, NULL, NULL), ENOENT);
  count = scandirat(AT_FDCWD, "d", &names, NULL, NULL);
  CHECK_EQ(count, 6);
  for (int i = 0; i < count; i++)
    free(names[i]);
  free(names);
}

static void patterns(void) {
  glob_t found;
  CHECK_EQ(glob("d/*", 0, NULL, &found), 0);
  CHECK_EQ(found.gl_pathc, 4);
  CHECK(strcmp(found.gl_pathv[0], "d/a") == 0);
  globfree(&found);
  CHECK_EQ(glob("d/[ab]", 0, NULL, &found), 0);
  CHECK_EQ(found.gl_pathc, 2);
  globfree(&found);
  CHECK_EQ(glob("d/x*", 0, NULL, &found), GLOB_NOMATCH);
  globfree(&found);
  CHECK_EQ(glob("d/c/*", GLOB_MARK, NULL, &found), 0);
  CHECK(strcmp(found.gl_pathv[0], "d/c/deep") == 0);
  globfree(&found);
}

static int files, directories, last_level;

static int visit(const char* path, const struct stat* result, int kind) {
  (void)path, (void)result;
  files += kind == FTW_F;
  directories += kind == FTW_D;
  return 0;
}

static int visit_deep(const char* path, const struct stat* result, int kind, struct FTW* where) {
  (void)result;
  if (strcmp(path, "d/c/deep") == 0)
    CHECK(where->base == 4 && where->level == 2);
  last_level = where->level;
  directories += kind == FTW_DP;
  return strcmp(path, "d/stop") == 0 ? 7 : 0;
}

static void trees(void) {
  CHECK_EQ(ftw("d", visit, 10), 0);
  CHECK_EQ(files, 4);
  CHECK_EQ(directories, 2);
  directories = 0;
  CHECK_EQ(nftw("d", visit_deep, 10, FTW_DEPTH | FTW_PHYS), 0);
  CHECK_EQ(directories, 2);
  CHECK_EQ(last_level, 0);
  make("d/stop");
  CHECK_EQ(nftw("d", visit_deep, 10, FTW_PHYS), 7);
  CHECK_ERRNO(nftw("absent", visit_deep, 10, 0), ENOENT);
}

int main(void) {
  CHECK_EQ(mkdir("d", 0755), 0);
  CHECK_EQ(mkdir("d/c", 0755), 0);
  make("d/a");
  make("d/b");
  make("d/long");
  make("d/c/deep");
  listing();
  scanning();
  patterns();
  trees();
  return 0;
}
