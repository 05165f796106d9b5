/* fts.h: walking trees, after glibc's io/fts.c, but never leaving the working directory: as if
 * FTS_NOCHDIR were always given, so that fts_accpath is fts_path. Everything lies in the process's
 * memory. */
#include <dirent.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include "calls/adapter.h"

static void entry_free(FTSENT* entry) { stp_heap_free(stp_me->heap, entry); }

static void list_free(FTSENT* entry) {
  while (entry) {
    FTSENT* const next = entry->fts_link;
    entry_free(entry);
    entry = next;
  }
}

static int fail(int error) { return (int)stp_return(-error); }

/* An entry with its name, its path and its stat in one block. */
static FTSENT* entry_new(const char* directory, const char* name) {
  const size_t name_length = strlen(name), directory_length = strlen(directory);
  const size_t path_room = directory_length + name_length + 2;
  const size_t names = (sizeof(FTSENT) + name_length + path_room + 15) / 16 * 16;
  FTSENT* const entry = stp_heap_alloc_zeroed(stp_me->heap, names + sizeof(struct stat));
  if (!entry) {
    fail(ENOMEM);
    return NULL;
  }
  memcpy(entry->fts_name, name, name_length + 1);
  entry->fts_namelen = (unsigned short)name_length;
  entry->fts_path = entry->fts_accpath = entry->fts_name + name_length + 1;
  const bool joined = directory_length > 0 && directory[directory_length - 1] != '/';
  stpcpy(stpcpy(stpcpy(entry->fts_path, directory), joined ? "/" : ""), name);
  entry->fts_pathlen = (unsigned short)strlen(entry->fts_path);
  entry->fts_statp = (struct stat*)((char*)entry + names);
  entry->fts_instr = FTS_NOINSTR;
  return entry;
}

static bool is_dot(const char* name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

/* Looks at a file: what kind of entry it is. */
static unsigned short look(const FTS* walk, FTSENT* entry, bool follow) {
  struct stat* const stat = entry->fts_statp;
  if (follow || walk->fts_options & FTS_LOGICAL) {
    if (simterpose_stat(entry->fts_path, stat) != 0) {
      const int error = errno;
      if (simterpose_lstat(entry->fts_path, stat) == 0)
        return FTS_SLNONE;
      entry->fts_errno = error;
      memset(stat, 0, sizeof *stat);
      return FTS_NS;
    }
  } else if (simterpose_lstat(entry->fts_path, stat) != 0) {
    entry->fts_errno = errno;
    memset(stat, 0, sizeof *stat);
    return FTS_NS;
  }
  entry->fts_dev = stat->st_dev;
  entry->fts_ino = stat->st_ino;
  entry->fts_nlink = stat->st_nlink;
  if (S_ISDIR(stat->st_mode)) {
    if (is_dot(entry->fts_name) && entry->fts_level > FTS_ROOTLEVEL)
      return FTS_DOT;
    for (FTSENT* up = entry->fts_parent; up && up->fts_level >= FTS_ROOTLEVEL; up = up->fts_parent)
      if (up->fts_ino == entry->fts_ino && up->fts_dev == entry->fts_dev) {
        entry->fts_cycle = up;
        return FTS_DC;
      }
    return FTS_D;
  }
  return S_ISLNK(stat->st_mode) ? FTS_SL : S_ISREG(stat->st_mode) ? FTS_F : FTS_DEFAULT;
}

/* Sorts a list as the program wants it. */
static FTSENT* sort(const FTS* walk, FTSENT* list, size_t count) {
  if (!walk->fts_compar || count < 2)
    return list;
  FTSENT** const array = stp_heap_alloc(stp_me->heap, count * sizeof(FTSENT*));
  if (!array)
    return list;
  size_t i = 0;
  for (FTSENT* entry = list; entry; entry = entry->fts_link)
    array[i++] = entry;
  qsort(array, count, sizeof(FTSENT*), walk->fts_compar);
  for (i = 0; i < count; i++)
    array[i]->fts_link = i + 1 < count ? array[i + 1] : NULL;
  list = array[0];
  stp_heap_free(stp_me->heap, array);
  return list;
}

/* The entries of a directory, in its order or the program's. Null with errno 0: none. */
static FTSENT* build(FTS* walk, FTSENT* directory, bool names_only) {
  DIR* const open = simterpose_opendir(directory->fts_path);
  if (!open)
    return NULL;
  FTSENT *first = NULL, **link = &first;
  size_t count = 0;
  const struct dirent* found;
  while ((found = simterpose_readdir(open))) {
    if (is_dot(found->d_name) && !(walk->fts_options & FTS_SEEDOT))
      continue;
    FTSENT* const entry = entry_new(directory->fts_path, found->d_name);
    if (!entry) {
      list_free(first);
      simterpose_closedir(open);
      return NULL;
    }
    entry->fts_level = (short)(directory->fts_level + 1);
    entry->fts_parent = directory;
    const bool skipped = walk->fts_options & FTS_NOSTAT && found->d_type != DT_DIR &&
                         !(walk->fts_options & FTS_LOGICAL && found->d_type == DT_LNK);
    entry->fts_info = names_only || skipped ? FTS_NSOK : look(walk, entry, false);
    *link = entry;
    link = &entry->fts_link;
    count++;
  }
  simterpose_closedir(open);
  errno = 0;
  return sort(walk, first, count);
}

/* ---- opening and closing ---- */

static FTSENT* add_roots(FTS* walk, char* const* paths, FTSENT* parent) {
  FTSENT *first = NULL, **link = &first;
  size_t count = 0;
  for (; *paths; paths++, count++) {
    FTSENT* const entry = (*paths)[0] ? entry_new("", *paths) : NULL;
    if (!entry) {
      list_free(first);
      fail((*paths)[0] ? ENOMEM : ENOENT);
      return NULL;
    }
    entry->fts_level = FTS_ROOTLEVEL;
    entry->fts_parent = parent;
    entry->fts_info = look(walk, entry, walk->fts_options & FTS_COMFOLLOW);
    if (entry->fts_info == FTS_DOT)
      entry->fts_info = FTS_D;
    *link = entry;
    link = &entry->fts_link;
  }
  return sort(walk, first, count);
}

FTS* simterpose_fts_open(char* const* paths, int options,
                         int (*compare)(const FTSENT**, const FTSENT**)) {
  if (options & ~FTS_OPTIONMASK) {
    fail(EINVAL);
    return NULL;
  }
  FTS* const walk = stp_heap_alloc_zeroed(stp_me->heap, sizeof *walk);
  FTSENT* const start = walk ? entry_new("", "") : NULL;
  if (!start) {
    if (walk)
      stp_heap_free(stp_me->heap, walk);
    fail(ENOMEM);
    return NULL;
  }
  walk->fts_options = options | FTS_NOCHDIR;
  walk->fts_compar = (int (*)(const void*, const void*))compare;
  walk->fts_cur = start; /* before the first entry */
  start->fts_level = FTS_ROOTPARENTLEVEL;
  start->fts_info = FTS_INIT;
  FTSENT* const parent = entry_new("", "");
  if (parent) {
    parent->fts_level = FTS_ROOTPARENTLEVEL;
    start->fts_parent = parent;
    start->fts_link = add_roots(walk, paths, parent);
  }
  if (start->fts_link || (parent && !paths[0]))
    return walk;
  const int error = errno;
  simterpose_fts_close(walk);
  fail(error);
  return NULL;
}

int simterpose_fts_close(FTS* walk) {
  for (FTSENT* entry = walk->fts_cur; entry;) {
    FTSENT* const next = entry->fts_link ? entry->fts_link : entry->fts_parent;
    entry_free(entry);
    entry = next;
  }
  list_free(walk->fts_child);
  stp_heap_free(stp_me->heap, walk);
  return 0;
}

/* ---- walking ---- */

/* After a directory and all below it, or after a file. */
static FTSENT* next(FTS* walk, FTSENT* entry) {
  for (;;) {
    FTSENT* const done = entry;
    entry = done->fts_link;
    if (!entry) { /* up */
      entry = done->fts_parent;
      entry_free(done);
      walk->fts_cur = entry;
      if (entry->fts_level == FTS_ROOTPARENTLEVEL) {
        entry->fts_info = FTS_INIT; /* there is nothing more */
        errno = 0;
        return NULL;
      }
      entry->fts_info = FTS_DP;
      return entry;
    }
    entry_free(done);
    walk->fts_cur = entry;
    if (entry->fts_level == FTS_ROOTLEVEL)
      walk->fts_dev = entry->fts_dev;
    if (entry->fts_instr == FTS_SKIP)
      continue;
    if (entry->fts_instr == FTS_FOLLOW) {
      entry->fts_info = look(walk, entry, true);
      entry->fts_instr = FTS_NOINSTR;
    }
    return entry;
  }
}

/* Into a directory that has just been returned, or past it. */
static FTSENT* descend(FTS* walk, FTSENT* directory, int instruction) {
  const bool other_device = walk->fts_options & FTS_XDEV && directory->fts_dev != walk->fts_dev;
  if (instruction == FTS_SKIP || other_device) {
    list_free(walk->fts_child);
    walk->fts_child = NULL;
    directory->fts_info = FTS_DP;
    return directory;
  }
  FTSENT* first = walk->fts_child;
  if (first && walk->fts_options & FTS_NAMEONLY) {
    list_free(first);
    first = NULL;
  }
  walk->fts_child = NULL;
  if (!first)
    first = build(walk, directory, false);
  if (!first) {
    directory->fts_errno = errno;
    directory->fts_info = errno ? FTS_DNR : FTS_DP;
    return directory;
  }
  return walk->fts_cur = first;
}

FTSENT* simterpose_fts_read(FTS* walk) {
  FTSENT* const current = walk->fts_cur;
  if (walk->fts_options & FTS_STOP || (current->fts_info == FTS_INIT && !current->fts_link)) {
    errno = 0;
    return NULL;
  }
  const int instruction = current->fts_instr;
  current->fts_instr = FTS_NOINSTR;
  const bool link = current->fts_info == FTS_SL || current->fts_info == FTS_SLNONE;
  if (instruction == FTS_AGAIN || (instruction == FTS_FOLLOW && link)) {
    current->fts_info = look(walk, current, instruction == FTS_FOLLOW);
    return current;
  }
  if (current->fts_info != FTS_D)
    return next(walk, current);
  FTSENT* const entry = descend(walk, current, instruction);
  if (entry == current)
    return entry;
  return entry->fts_instr == FTS_SKIP ? next(walk, entry) : entry;
}

FTSENT* simterpose_fts_children(FTS* walk, int instruction) {
  if (instruction != 0 && instruction != FTS_NAMEONLY) {
    fail(EINVAL);
    return NULL;
  }
  FTSENT* const current = walk->fts_cur;
  errno = 0;
  if (walk->fts_options & FTS_STOP)
    return NULL;
  if (current->fts_info == FTS_INIT)
    return current->fts_link;
  if (current->fts_info != FTS_D)
    return NULL;
  list_free(walk->fts_child);
  walk->fts_options &= ~FTS_NAMEONLY;
  if (instruction == FTS_NAMEONLY)
    walk->fts_options |= FTS_NAMEONLY;
  return walk->fts_child = build(walk, current, instruction == FTS_NAMEONLY);
}

int simterpose_fts_set(FTS* walk, FTSENT* entry, int instruction) {
  (void)walk;
  if (instruction < 0 ||
      (instruction != 0 && instruction != FTS_AGAIN && instruction != FTS_FOLLOW &&
       instruction != FTS_NOINSTR && instruction != FTS_SKIP)) {
    errno = EINVAL;
    return 1;
  }
  entry->fts_instr = (unsigned short)instruction;
  return 0;
}
