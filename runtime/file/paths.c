/* Following virtual paths (path_resolution(7)), with the state of a process that this depends on.
 */
#include "file/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file/description.h"
#include "file/directory.h"
#include "file/fdtable.h"
#include "file/inode.h"
#include "process/process.h"

enum { MOST_LINKS = 40, DEFAULT_UMASK = 022 };

struct stp_paths {
  char* root; /* canonical; "" for the host's own, so that a path can be appended */
  char* working_directory;
  bool own; /* relative paths see the host's directory only */
  mode_t mask;
};

/* ---- one place ---- */

void stp_location_drop(struct stp_location* location) {
  stp_free(location->path);
  location->path = NULL;
}

bool stp_location_is_directory(const struct stp_location* location) {
  if (location->layer == STP_SYNTHETIC)
    return location->node.kind == STP_SYN_DIRECTORY;
  return location->layer != STP_ABSENT && S_ISDIR(location->real.st_mode);
}

static bool is_link(const struct stp_location* location) {
  if (location->layer == STP_SYNTHETIC)
    return location->node.kind == STP_SYN_LINK;
  return location->layer != STP_ABSENT && S_ISLNK(location->real.st_mode);
}

void stp_location_stat(const struct stp_location* location, struct stat* result) {
  if (location->layer == STP_SYNTHETIC)
    stp_synthetic_stat(location->path, &location->node, result);
  else
    stp_inode_present(&location->real, result);
}

char* stp_path_in_host(const char* path) {
  const char* const directory = stp_me->host->directory;
  char* const real = stp_alloc(strlen(directory) + strlen(path) + 1);
  stpcpy(stpcpy(real, directory), path);
  return real;
}

char* stp_location_link(const struct stp_location* location, int* error) {
  *error = -EINVAL;
  if (!is_link(location))
    return NULL;
  if (location->layer == STP_SYNTHETIC)
    return location->node.text(&(size_t){0});
  char* const target = stp_alloc(PATH_MAX);
  char* const real =
      location->layer == STP_HOST ? stp_path_in_host(location->path) : stp_strdup(location->path);
  const ssize_t size = readlink(real, target, PATH_MAX - 1);
  *error = size < 0 ? -errno : 0;
  stp_free(real);
  if (size < 0) {
    stp_free(target);
    return NULL;
  }
  target[size] = 0;
  return target;
}

/* Finds what is at location->path, which no link leads through. */
static int look(struct stp_location* location) {
  const char* const path = location->path[0] ? location->path : "/";
  const bool top = strcmp(path, "/") == 0;
  char* const in_host = stp_path_in_host(location->path);
  const int result = lstat(in_host, &location->real);
  const int error = result == 0 ? 0 : errno;
  stp_free(in_host);
  if (stp_path_hidden(stp_me->host, path))
    location->real_visible = false;
  if (result == 0) {
    location->layer = STP_HOST;
    return 0;
  }
  location->layer = STP_ABSENT;
  if (error != ENOENT && error != ENOTDIR)
    return -error;
  if (!location->real_visible && !top)
    return 0;
  if (stp_synthetic_find(path, &location->node)) {
    location->layer = STP_SYNTHETIC;
    return 0;
  }
  if (!top && stp_synthetic_hides(path))
    return 0;
  if (lstat(path, &location->real) == 0)
    location->layer = STP_REAL;
  else if (errno != ENOENT && errno != ENOTDIR)
    return -errno;
  return 0;
}

/* ---- following ---- */

struct walk {
  struct stp_location* location;
  char* rest;   /* what is still to be followed; PATH_MAX bytes */
  bool own;     /* the host's directory only */
  size_t floor; /* length of the root: ".." stops there */
  int links;
};

static bool hidden_here_or_above(char* path) {
  bool hidden = path[0] && stp_path_hidden(stp_me->host, path);
  for (char* slash = path; !hidden && *slash && (slash = strchr(slash + 1, '/'));) {
    *slash = 0;
    hidden = stp_path_hidden(stp_me->host, path);
    *slash = '/';
  }
  return hidden;
}

static int restart(struct walk* walk, const char* from, const char* path) {
  struct stp_location* const location = walk->location;
  memmove(location->path, from, strlen(from) + 1);
  if (strcmp(location->path, "/") == 0)
    location->path[0] = 0;
  location->real_visible = !walk->own && !hidden_here_or_above(location->path);
  const size_t size = strlen(path) + 1;
  if (size > PATH_MAX)
    return -ENAMETOOLONG;
  memmove(walk->rest, path, size);
  return 0;
}

static void go_up(struct walk* walk) {
  char* const path = walk->location->path;
  char* const slash = strrchr(path, '/');
  if (slash && strlen(path) > walk->floor)
    *slash = 0;
  char* const here = stp_strdup(path); /* what is visible is known from the top only */
  char* const rest = stp_strdup(walk->rest);
  restart(walk, here, rest);
  stp_free(rest);
  stp_free(here);
}

/* Replaces the link we stand on by its target. */
static int follow_link(struct walk* walk) {
  struct stp_location* const location = walk->location;
  if (++walk->links > MOST_LINKS)
    return -ELOOP;
  int error;
  char* const target = stp_location_link(location, &error);
  if (!target)
    return error;
  char* const joined = stp_alloc(strlen(target) + strlen(walk->rest) + 2);
  sprintf(joined, "%s%s%s", target, walk->rest[0] ? "/" : "", walk->rest);
  error = target[0] ? 0 : -ENOENT;
  if (error == 0 && target[0] == '/') {
    walk->own = false;
    error = restart(walk, stp_me->paths->root, joined);
  } else if (error == 0) {
    *strrchr(location->path, '/') = 0;
    char* const here = stp_strdup(location->path);
    error = restart(walk, here, joined);
    stp_free(here);
  }
  stp_free(joined);
  stp_free(target);
  return error;
}

/* Takes the next component off the rest; its length, 0 at the end, or -ENAMETOOLONG. */
static int next_component(struct walk* walk, char name[NAME_MAX + 1]) {
  const char* from = walk->rest + strspn(walk->rest, "/");
  const size_t length = strcspn(from, "/");
  if (length > NAME_MAX)
    return -ENAMETOOLONG;
  memcpy(name, from, length);
  name[length] = 0;
  from += length;
  if (length > 0)
    walk->location->wants_directory = *from == '/';
  from += strspn(from, "/");
  memmove(walk->rest, from, strlen(from) + 1);
  return (int)length;
}

static int enter(struct walk* walk, const char* name, bool follow_last) {
  struct stp_location* const location = walk->location;
  const size_t length = strlen(location->path);
  if (length + strlen(name) + 2 > PATH_MAX)
    return -ENAMETOOLONG;
  sprintf(location->path + length, "/%s", name);
  const int error = look(location);
  if (error < 0)
    return error;
  const bool last = walk->rest[0] == 0;
  if (is_link(location) && (!last || follow_last || location->wants_directory)) {
    const bool wants_directory = last && location->wants_directory;
    if (wants_directory)
      strcpy(walk->rest, "");
    const int result = follow_link(walk);
    if (result == 0 && wants_directory && strlen(walk->rest) + 2 < PATH_MAX)
      strcat(walk->rest, "/");
    return result;
  }
  if (!last && location->layer == STP_ABSENT)
    return -ENOENT;
  if ((!last || location->wants_directory) && location->layer != STP_ABSENT &&
      !stp_location_is_directory(location))
    return -ENOTDIR;
  return 0;
}

/* Where a path starts, and whether it is confined to the host's own files. */
static int start_of(int directory_fd, const char* path, const char** from, bool* own) {
  *from = stp_me->paths->root;
  *own = false;
  if (path[0] == '/')
    return 0;
  *from = stp_me->paths->working_directory;
  *own = stp_me->paths->own;
  if (directory_fd == AT_FDCWD)
    return 0;
  const struct stp_file* const file = stp_fd_get(directory_fd);
  if (!file)
    return -EBADF;
  *from = stp_directory_path(file);
  *own = *from && stp_directory_own(file);
  return *from ? 0 : -ENOTDIR;
}

static int follow_all(struct walk* walk, bool follow_last) {
  char name[NAME_MAX + 1];
  int length;
  bool looked = false;
  while ((length = next_component(walk, name)) > 0) {
    looked = false;
    if (strcmp(name, ".") == 0)
      continue;
    if (strcmp(name, "..") == 0) {
      go_up(walk);
      continue;
    }
    const int error = enter(walk, name, follow_last);
    if (error < 0)
      return error;
    looked = true;
  }
  return length < 0 || looked ? length : look(walk->location);
}

int stp_path_find(int directory_fd, const char* path, bool follow, struct stp_location* location) {
  *location = (struct stp_location){0};
  const char* from;
  bool own;
  int error = start_of(directory_fd, path, &from, &own);
  if (error == 0 && path[0] == 0)
    error = -ENOENT;
  if (error < 0)
    return error;
  location->path = stp_alloc(PATH_MAX);
  struct walk walk = {location, stp_alloc(PATH_MAX), own, strlen(stp_me->paths->root), 0};
  error = restart(&walk, from, path);
  if (error == 0)
    error = follow_all(&walk, follow);
  stp_free(walk.rest);
  if (error == 0 && location->path[0] == 0)
    strcpy(location->path, "/");
  return error;
}

int stp_path_existing(int directory_fd, const char* path, bool follow,
                      struct stp_location* location) {
  const int error = stp_path_find(directory_fd, path, follow, location);
  return error == 0 && location->layer == STP_ABSENT ? -ENOENT : error;
}

/* ---- the process's view ---- */

const char* stp_path_from_root(const char* path) {
  const size_t length = strlen(stp_me->paths->root);
  if (strncmp(path, stp_me->paths->root, length) != 0)
    return path;
  return path[length] ? path + length : "/";
}

const char* stp_path_working_directory(void) {
  return stp_path_from_root(stp_me->paths->working_directory);
}

bool stp_location_own(const struct stp_location* location) {
  return !location->real_visible || strcmp(location->path, "/") == 0;
}

static int find_directory(int directory_fd, const char* path, char** canonical, bool* own) {
  STP_LOCATION location;
  const int error = stp_path_existing(directory_fd, path, true, &location);
  if (error < 0)
    return error;
  if (!stp_location_is_directory(&location))
    return -ENOTDIR;
  *canonical = stp_strdup(location.path);
  *own = stp_location_own(&location);
  return 0;
}

int stp_path_change_directory(int directory_fd, const char* path) {
  char* canonical;
  bool own;
  const int error = find_directory(directory_fd, path, &canonical, &own);
  if (error < 0)
    return error;
  stp_free(stp_me->paths->working_directory);
  stp_me->paths->working_directory = canonical;
  stp_me->paths->own = own;
  return 0;
}

int stp_path_change_root(const char* path) {
  char* canonical;
  bool own;
  const int error = find_directory(AT_FDCWD, path, &canonical, &own);
  if (error < 0)
    return error;
  if (strcmp(canonical, "/") == 0)
    canonical[0] = 0;
  stp_free(stp_me->paths->root);
  stp_me->paths->root = canonical;
  return 0;
}

mode_t stp_path_umask(void) { return stp_me->paths->mask; }

mode_t stp_path_set_umask(mode_t mask) {
  const mode_t old = stp_me->paths->mask;
  stp_me->paths->mask = mask & 0777;
  return old;
}

static void start(struct stp_process* process) {
  process->paths = stp_alloc(sizeof *process->paths);
  process->paths->root = stp_strdup("");
  process->paths->working_directory = stp_strdup("/");
  process->paths->own = true;
  process->paths->mask = DEFAULT_UMASK;
}

static void end(struct stp_process* process) {
  stp_free(process->paths->root);
  stp_free(process->paths->working_directory);
  stp_free(process->paths);
  process->paths = NULL;
}

const struct stp_process_hooks stp_path_hooks = {start, end};
