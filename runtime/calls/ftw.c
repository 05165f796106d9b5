/* ftw.h: walking a tree, depth first, in the order of the directories; after glibc's io/ftw.c. */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "calls/adapter.h"

struct seen {
  dev_t device;
  ino_t number;
};

struct walk {
  int (*plain)(const char*, const struct stat*, int);
  int (*full)(const char*, const struct stat*, int, struct FTW*);
  int flags;
  dev_t device;
  struct FTW where;
  struct seen* seen; /* directories, if links are followed: none is visited twice */
  size_t seen_count, seen_capacity;
  char path[PATH_MAX];
};

static int report(struct walk* walk, const struct stat* stat, int kind) {
  if (walk->plain)
    return walk->plain(walk->path, stat, kind == FTW_SLN ? FTW_NS : kind);
  struct FTW where = walk->where;
  return walk->full(walk->path, stat, kind, &where);
}

/* The path as seen from the working directory. */
static const char* here(const struct walk* walk) {
  const char* const name = walk->path + (walk->flags & FTW_CHDIR ? walk->where.base : 0);
  return name[0] ? name : "/";
}

/* What stands at the path, and its kind. */
static int classify(const struct walk* walk, struct stat* stat) {
  const bool physical = walk->flags & FTW_PHYS;
  if ((physical ? simterpose_lstat : simterpose_stat)(here(walk), stat) != 0) {
    if (errno != EACCES && errno != ENOENT)
      return -1;
    if (!physical && simterpose_lstat(here(walk), stat) == 0 && S_ISLNK(stat->st_mode))
      return FTW_SLN;
    memset(stat, 0, sizeof *stat);
    return FTW_NS;
  }
  if (S_ISLNK(stat->st_mode))
    return FTW_SL;
  return S_ISDIR(stat->st_mode) ? FTW_D : FTW_F;
}

/* Remembers a directory; false if it has been seen. */
static bool is_new(struct walk* walk, const struct stat* stat) {
  if (walk->flags & FTW_PHYS)
    return true;
  for (size_t i = 0; i < walk->seen_count; i++)
    if (walk->seen[i].number == stat->st_ino && walk->seen[i].device == stat->st_dev)
      return false;
  if (walk->seen_count == walk->seen_capacity) {
    const size_t capacity = walk->seen_capacity ? 2 * walk->seen_capacity : 16;
    struct seen* const seen =
        walk->seen ? stp_heap_resize(stp_me->heap, walk->seen, capacity * sizeof *seen)
                   : stp_heap_alloc(stp_me->heap, capacity * sizeof *seen);
    if (!seen)
      return true;
    walk->seen = seen;
    walk->seen_capacity = capacity;
  }
  walk->seen[walk->seen_count++] = (struct seen){stat->st_dev, stat->st_ino};
  return true;
}

static int visit(struct walk* walk);

static int visit_child(struct walk* walk, const char* name) {
  const size_t length = strlen(walk->path);
  const int base = walk->where.base;
  if (length + strlen(name) + 2 > sizeof walk->path)
    return (int)stp_return(-ENAMETOOLONG);
  const char* const slash = walk->path[length - 1] == '/' ? "" : "/";
  stpcpy(stpcpy(walk->path + length, slash), name);
  walk->where.base = (int)(length + strlen(slash));
  walk->where.level++;
  const int result = visit(walk);
  walk->where.level--;
  walk->where.base = base;
  walk->path[length] = 0;
  return result;
}

static int visit_names(struct walk* walk, struct dirent** names, int count) {
  int result = 0;
  for (int i = 0; i < count; i++) {
    const char* const name = names[i]->d_name;
    if (result == 0 && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
      result = visit_child(walk, name);
    stp_heap_free(stp_me->heap, names[i]);
  }
  stp_heap_free(stp_me->heap, names);
  return result;
}

static void drop_names(struct dirent** names, int count) {
  while (count > 0)
    stp_heap_free(stp_me->heap, names[--count]);
  stp_heap_free(stp_me->heap, names);
}

/* The entries of a directory (`names` is given back here) and, after them, itself. */
static int visit_entries(struct walk* walk, const struct stat* stat, struct dirent** names,
                         int count) {
  int result = visit_names(walk, names, count);
  if (walk->flags & FTW_ACTIONRETVAL && result == FTW_SKIP_SIBLINGS)
    result = 0;
  return result == 0 && walk->flags & FTW_DEPTH ? report(walk, stat, FTW_DP) : result;
}

/* Before its entries a directory is reported from outside, after them, with FTW_CHDIR, from inside:
 * so does glibc. */
static int visit_directory(struct walk* walk, const struct stat* stat) {
  struct dirent** names;
  const int count = simterpose_scandir(here(walk), &names, NULL, alphasort);
  if (count < 0)
    return errno == EACCES ? report(walk, stat, FTW_DNR) : -1;
  int result = walk->flags & FTW_DEPTH ? 0 : report(walk, stat, FTW_D);
  if (result != 0 || !(walk->flags & FTW_CHDIR)) {
    if (result == 0)
      return visit_entries(walk, stat, names, count);
    drop_names(names, count);
    return result;
  }
  const int back = simterpose_open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  result = back < 0 ? -1 : simterpose_chdir(here(walk));
  if (result == 0)
    result = visit_entries(walk, stat, names, count);
  else
    drop_names(names, count);
  if (back >= 0 && simterpose_fchdir(back) != 0)
    result = -1;
  if (back >= 0)
    simterpose_close(back);
  return result;
}

static int visit(struct walk* walk) {
  struct stat stat;
  const int kind = classify(walk, &stat);
  if (kind < 0 || (walk->where.level == 0 && kind == FTW_NS))
    return -1;
  if (walk->where.level == 0)
    walk->device = stat.st_dev;
  if (walk->flags & FTW_MOUNT && kind != FTW_NS && stat.st_dev != walk->device)
    return 0;
  int result = 0;
  if (kind != FTW_D)
    result = report(walk, &stat, kind);
  else if (is_new(walk, &stat))
    result = visit_directory(walk, &stat);
  return walk->flags & FTW_ACTIONRETVAL && result == FTW_SKIP_SUBTREE ? 0 : result;
}

/* With FTW_CHDIR, in the directory that holds the first file, and back. */
static int visit_first(struct walk* walk) {
  if (!(walk->flags & FTW_CHDIR))
    return visit(walk);
  const int back = simterpose_open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (back < 0)
    return -1;
  int result = 0;
  if (walk->where.base > 0) {
    const char kept = walk->path[walk->where.base];
    walk->path[walk->where.base] = 0;
    result = simterpose_chdir(walk->path);
    walk->path[walk->where.base] = kept;
  }
  if (result == 0)
    result = visit(walk);
  const int error = errno;
  if (simterpose_fchdir(back) != 0)
    result = -1;
  else
    errno = error;
  simterpose_close(back);
  return result;
}

static int start(struct walk* walk, const char* path) {
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof walk->path)
    return (int)stp_return(length == 0 ? -ENOENT : -ENAMETOOLONG);
  strcpy(walk->path, path);
  while (length > 1 && walk->path[length - 1] == '/')
    walk->path[--length] = 0;
  const char* const slash = strrchr(walk->path, '/');
  walk->where.base = slash ? (int)(slash + 1 - walk->path) : 0;
  int result = visit_first(walk);
  if (walk->flags & FTW_ACTIONRETVAL && (result == FTW_SKIP_SUBTREE || result == FTW_SKIP_SIBLINGS))
    result = 0;
  if (walk->seen)
    stp_heap_free(stp_me->heap, walk->seen);
  return result;
}

int simterpose_ftw(const char* path, int (*function)(const char*, const struct stat*, int),
                   int descriptors) {
  (void)descriptors;
  struct walk walk = {.plain = function};
  return start(&walk, path);
}

int simterpose_nftw(const char* path,
                    int (*function)(const char*, const struct stat*, int, struct FTW*),
                    int descriptors, int flags) {
  (void)descriptors;
  if (flags & ~(FTW_PHYS | FTW_MOUNT | FTW_DEPTH | FTW_CHDIR | FTW_ACTIONRETVAL))
    return (int)stp_return(-EINVAL);
  struct walk walk = {.full = function, .flags = flags};
  return start(&walk, path);
}
