// CALLS: ftw nftw fts_open fts_read fts_children fts_set fts_close
// RUN: %both
//
// Walking trees of files.
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/* t/{a, b/{c, d/e}, l -> b, none -> nowhere, up -> .. in b} */
static void make_tree(void) {
  CHECK_EQ(mkdir("t", 0755), 0);
  CHECK_EQ(mkdir("t/b", 0755), 0);
  CHECK_EQ(mkdir("t/b/d", 0755), 0);
  close(open("t/a", O_WRONLY | O_CREAT, 0600));
  close(open("t/b/c", O_WRONLY | O_CREAT, 0600));
  close(open("t/b/d/e", O_WRONLY | O_CREAT, 0600));
  CHECK_EQ(symlink("b", "t/l"), 0);
  CHECK_EQ(symlink("nowhere", "t/none"), 0);
  CHECK_EQ(symlink("..", "t/b/up"), 0);
}

static struct visit {
  char path[64];
  int kind, base, level;
} visits[64];
static int count;

static void forget(void) { count = 0; }

static const struct visit* find(const char* path) {
  for (int i = 0; i < count; i++)
    if (strcmp(visits[i].path, path) == 0)
      return &visits[i];
  return NULL;
}

static int kind_of(const char* path) { return find(path) ? find(path)->kind : -1; }

static int remember(const char* path, const struct stat* status, int kind, struct FTW* where) {
  CHECK(count < 64);
  struct visit* visit = &visits[count++];
  snprintf(visit->path, sizeof visit->path, "%s", path);
  visit->kind = kind;
  visit->base = where->base;
  visit->level = where->level;
  CHECK(kind == FTW_NS || kind == FTW_SLN ||
        S_ISDIR(status->st_mode) == (kind == FTW_D || kind == FTW_DP));
  return 0;
}

static int in_place(const char* path, const struct stat* status, int kind, struct FTW* where) {
  struct stat here;
  CHECK_EQ(lstat(kind == FTW_DP ? "." : path + where->base, &here), 0); /* not left yet */
  CHECK_EQ(here.st_ino, status->st_ino);
  return remember(path, status, kind, where);
}

static int skip_b(const char* path, const struct stat* status, int kind, struct FTW* where) {
  remember(path, status, kind, where);
  return strcmp(path, "t/b") == 0 ? FTW_SKIP_SUBTREE : FTW_CONTINUE;
}

static int first_only(const char* path, const struct stat* status, int kind, struct FTW* where) {
  remember(path, status, kind, where);
  return kind == FTW_D ? FTW_CONTINUE : FTW_SKIP_SIBLINGS;
}

static int stop(const char* path, const struct stat* status, int kind, struct FTW* where) {
  remember(path, status, kind, where);
  return count == 2 ? 77 : 0;
}

static void by_nftw(void) {
  char before[PATH_MAX], after[PATH_MAX];
  CHECK(getcwd(before, sizeof before));
  CHECK_EQ(nftw("t", remember, 8, FTW_PHYS), 0);
  CHECK_EQ(count, 9);
  CHECK_EQ(kind_of("t"), FTW_D);
  CHECK_EQ(kind_of("t/a"), FTW_F);
  CHECK_EQ(kind_of("t/l"), FTW_SL);
  CHECK_EQ(kind_of("t/none"), FTW_SL);
  CHECK_EQ(kind_of("t/b/d/e"), FTW_F);
  CHECK_EQ(find("t/b/d/e")->base, 6);
  CHECK_EQ(find("t/b/d/e")->level, 3);
  CHECK_EQ(find("t")->level, 0);
  CHECK(find("t") < find("t/b") && find("t/b") < find("t/b/d"));
  forget();
  CHECK_EQ(nftw("t/", remember, 8, FTW_PHYS | FTW_DEPTH), 0);
  CHECK_EQ(count, 9);
  CHECK_EQ(kind_of("t/b"), FTW_DP);
  CHECK(find("t") > find("t/b") && find("t/b") > find("t/b/d"));
  forget();
  CHECK_EQ(nftw("t", remember, 8, 0), 0); /* through links, but nowhere twice */
  CHECK_EQ(kind_of("t/none"), FTW_SLN);
  int directories = 0;
  for (int i = 0; i < count; i++)
    directories += visits[i].kind == FTW_D;
  CHECK_EQ(directories, 3);
  forget();
  CHECK_EQ(nftw("./t/b", in_place, 8, FTW_PHYS | FTW_CHDIR), 0);
  CHECK_EQ(count, 5);
  CHECK(getcwd(after, sizeof after) && strcmp(before, after) == 0);
  forget();
  CHECK_EQ(nftw("t", in_place, 8, FTW_PHYS | FTW_CHDIR | FTW_DEPTH), 0);
  CHECK_EQ(count, 9);
  CHECK(getcwd(after, sizeof after) && strcmp(before, after) == 0);
  forget();
  CHECK_EQ(nftw("t", skip_b, 8, FTW_PHYS | FTW_ACTIONRETVAL), 0);
  CHECK_EQ(count, 5);
  CHECK(!find("t/b/c"));
  forget();
  CHECK_EQ(nftw("t/b/d", first_only, 8, FTW_PHYS | FTW_ACTIONRETVAL), 0);
  CHECK_EQ(count, 2);
  forget();
  CHECK_EQ(nftw("t", stop, 8, FTW_PHYS), 77);
  CHECK_EQ(count, 2);
  CHECK_ERRNO(nftw("absent", remember, 8, 0), ENOENT);
  CHECK_ERRNO(nftw("t", remember, 8, 0x1000), EINVAL);
}

static int files;
static int count_files(const char* path, const struct stat* status, int kind) {
  (void)path, (void)status;
  files += kind == FTW_F;
  return 0;
}

static int by_name(const FTSENT** a, const FTSENT** b) {
  return strcmp((*a)->fts_name, (*b)->fts_name);
}

static char text[1024];

/* The walk as words: the kind and the path of each entry. */
static const char* walk(int options, char* root, const char* skipped) {
  static const char* const kinds[] = {"?",  "D", "DC", "DEF", "DNR",  "DOT", "DP",
                                      "ER", "F", "IN", "NS",  "NSOK", "SL",  "SLN"};
  char* roots[] = {root, NULL};
  FTS* fts = fts_open(roots, options, by_name);
  CHECK(fts);
  text[0] = 0;
  FTSENT* entry;
  while ((entry = fts_read(fts))) {
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s:%s ", kinds[entry->fts_info],
             entry->fts_path);
    CHECK_EQ(strlen(entry->fts_path), entry->fts_pathlen);
    CHECK_EQ(strlen(entry->fts_name), entry->fts_namelen);
    struct stat status;
    if (entry->fts_info == FTS_F) {
      CHECK_EQ(lstat(entry->fts_accpath, &status), 0);
      CHECK_EQ(status.st_ino, entry->fts_statp->st_ino);
    }
    if (skipped && entry->fts_info == FTS_D && strcmp(entry->fts_name, skipped) == 0)
      CHECK_EQ(fts_set(fts, entry, FTS_SKIP), 0);
  }
  CHECK_EQ(errno, 0);
  CHECK(fts_read(fts) == NULL);
  CHECK_EQ(fts_close(fts), 0);
  return text;
}

static void same(int line, const char* found, const char* expected) {
  if (strcmp(found, expected) != 0)
    printf("line %d: %s\n", line, found);
  CHECK(strcmp(found, expected) == 0);
}
#define SAME(found, expected) same(__LINE__, found, expected)

static void by_fts(void) {
  SAME(walk(FTS_PHYSICAL, "t", NULL),
       "D:t F:t/a D:t/b F:t/b/c D:t/b/d F:t/b/d/e DP:t/b/d SL:t/b/up "
       "DP:t/b SL:t/l SL:t/none DP:t ");
  SAME(walk(FTS_PHYSICAL | FTS_NOCHDIR, "t", "b"), "D:t F:t/a D:t/b DP:t/b SL:t/l SL:t/none DP:t ");
  SAME(walk(FTS_LOGICAL, "t/b", NULL),
       "D:t/b F:t/b/c D:t/b/d F:t/b/d/e DP:t/b/d D:t/b/up F:t/b/up/a "
       "DC:t/b/up/b DC:t/b/up/l SLN:t/b/up/none DP:t/b/up DP:t/b ");
  SAME(walk(FTS_PHYSICAL | FTS_COMFOLLOW, "t/l", "d"),
       "D:t/l F:t/l/c D:t/l/d DP:t/l/d SL:t/l/up DP:t/l ");
  SAME(walk(FTS_PHYSICAL | FTS_SEEDOT, "t/b/d", NULL),
       "D:t/b/d DOT:t/b/d/. DOT:t/b/d/.. F:t/b/d/e DP:t/b/d ");
  SAME(walk(FTS_PHYSICAL, "absent", NULL), "NS:absent ");
  char *empty[] = {"", NULL}, *two[] = {"t/b", "t/a", NULL};
  CHECK(fts_open(two, 0x4000, NULL) == NULL && errno == EINVAL);
  CHECK(fts_open(empty, FTS_PHYSICAL, NULL) == NULL && errno == ENOENT);
  FTS* fts = fts_open(two, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
  FTSENT* list = fts_children(fts, 0);
  CHECK(list && strcmp(list->fts_name, "t/a") == 0 && list->fts_link && !list->fts_link->fts_link);
  FTSENT* entry = fts_read(fts);
  CHECK(entry && entry->fts_info == FTS_F && entry->fts_level == FTS_ROOTLEVEL);
  CHECK(fts_children(fts, 0) == NULL && errno == 0);
  entry = fts_read(fts);
  CHECK(entry && entry->fts_info == FTS_D);
  list = fts_children(fts, 0);
  CHECK(list && strcmp(list->fts_name, "c") == 0 && list->fts_info == FTS_F);
  CHECK(list->fts_parent == entry && list->fts_level == 1);
  list = fts_children(fts, FTS_NAMEONLY);
  CHECK(list && strcmp(list->fts_name, "c") == 0);
  CHECK(fts_children(fts, 7) == NULL && errno == EINVAL);
  CHECK_EQ(fts_set(fts, entry, 99), 1);
  entry = fts_read(fts);
  CHECK(entry && strcmp(entry->fts_path, "t/b/c") == 0 && entry->fts_info == FTS_F);
  while ((entry = fts_read(fts)) && entry->fts_info != FTS_SL)
    continue;
  CHECK(entry && strcmp(entry->fts_name, "up") == 0);
  CHECK_EQ(fts_set(fts, entry, FTS_FOLLOW), 0);
  FTSENT* again = fts_read(fts);
  CHECK(again == entry && again->fts_info == FTS_D); /* to the directory it names */
  CHECK_EQ(fts_close(fts), 0);
}

int main(void) {
  make_tree();
  by_nftw();
  CHECK_EQ(ftw("t/b", count_files, 8), 0);
  CHECK(files >= 2);
  by_fts();
  return 0;
}
