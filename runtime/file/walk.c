/* Following virtual paths, as path_resolution(7) says. */
#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file/description.h"
#include "file/directory.h"
#include "file/fdtable.h"
#include "file/installed.h"
#include "file/paths.h"
#include "file/permission.h"
#include "process/identity.h"
#include "process/process.h"

enum { MOST_LINKS = 40 };

static bool look_at_installed(struct stp_location* location) {
  const char* const program = stp_installed_at(location->path);
  if (!program || !(location->base_visible || location->real_visible))
    return false;
  location->layer = STP_SYNTHETIC;
  location->node = (struct stp_synthetic){.kind = STP_SYN_LINK, .target = program};
  return true;
}

/* Whether the base has something here; of /proc, /sys and /dev it has nothing. */
static bool look_in_base(struct stp_location* location) {
  if (!location->base_visible || !stp_me->host->base || stp_synthetic_rules(location->path))
    return false;
  location->layer = STP_REAL;
  location->in_base = true;
  char* const real = stp_location_real(location);
  const bool found = lstat(real, &location->real) == 0;
  stp_free(real);
  if (!found)
    location->layer = STP_ABSENT;
  location->in_base = found;
  return found;
}

int stp_location_look(struct stp_location* location) {
  const char* const path = location->path[0] ? location->path : "/";
  const bool top = strcmp(path, "/") == 0;
  char* const in_host = stp_path_in_host(location->path);
  const int result = lstat(in_host, &location->real);
  const int error = result == 0 ? 0 : errno;
  stp_free(in_host);
  location->in_base = false;
  if (stp_path_hidden(stp_me->host, path))
    location->base_visible = location->real_visible = false;
  if (result == 0) {
    location->layer = STP_HOST;
    return 0;
  }
  location->layer = STP_ABSENT;
  if (error != ENOENT && error != ENOTDIR)
    return -error;
  if (look_at_installed(location) || look_in_base(location))
    return 0;
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
  char* rest; /* what is still to be followed; PATH_MAX bytes */
  bool own;   /* the host's directory and its base only */
  enum purpose { FIND, FIND_ENTRY, FIND_NEW } purpose; /* stp_path_find, ... */
  bool checked;                                        /* the permissions of directories count */
  size_t magic; /* in the target of a link of /proc: 1 + length of what comes after; else 0 */
  size_t floor; /* length of the root: ".." stops there */
  bool walked;  /* through the directory that holds the last component */
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

void stp_path_see(struct stp_location* location) {
  location->base_visible = location->real_visible = !hidden_here_or_above(location->path);
}

static int restart(struct walk* walk, const char* from, const char* path) {
  struct stp_location* const location = walk->location;
  memmove(location->path, from, strlen(from) + 1);
  if (strcmp(location->path, "/") == 0)
    location->path[0] = 0;
  stp_path_see(location);
  location->real_visible &= !walk->own;
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

/* Links of /proc lead to files however they are reached: directories above are not searched. */
static bool is_magic(const struct stp_location* link) {
  return link->layer == STP_SYNTHETIC && strncmp(link->path, "/proc/", 6) == 0;
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
  walk->magic = is_magic(location) ? strlen(walk->rest) + 1 : 0;
  if (error == 0 && target[0] == '/') {
    walk->own = false;
    error = restart(walk, stp_path_root(), joined);
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

/* Whether the directory where we stand may be searched. */
static int may_search(const struct walk* walk) {
  if (!walk->checked || (walk->magic > 0 && strlen(walk->rest) + 1 >= walk->magic))
    return 0;
  const int error = stp_location_look(walk->location);
  if (error < 0 || walk->location->layer == STP_ABSENT)
    return error < 0 ? error : -ENOENT;
  return stp_location_permits(walk->location, X_OK);
}

/* /proc/self/fd/N: on to a directory; anything else is opened through the descriptor. */
static int enter_descriptor(struct walk* walk, bool followed) {
  struct stp_location* const location = walk->location;
  const struct stp_file* const file = stp_fd_get(location->node.value);
  const char* const path = stp_directory_path(file);
  if (!followed) {
    location->node.kind = STP_SYN_DESCRIPTOR_LINK;
    return 0;
  }
  if (!path)
    return walk->rest[0] == 0 && !location->wants_directory ? 0 : -ENOTDIR;
  char* const rest = stp_strdup(walk->rest);
  walk->own = false;
  int error = restart(walk, path, rest);
  stp_free(rest);
  if (error == 0 && walk->rest[0] == 0)
    error = stp_location_look(location);
  return error;
}

static int enter(struct walk* walk, const char* name, bool follow_last) {
  struct stp_location* const location = walk->location;
  const size_t length = strlen(location->path);
  if (length + strlen(name) + 2 > PATH_MAX)
    return -ENAMETOOLONG;
  if (walk->purpose == FIND_NEW && walk->rest[0] == 0 && location->wants_directory)
    return -EISDIR;
  sprintf(location->path + length, "/%s", name);
  const int error = stp_location_look(location);
  if (error < 0)
    return error;
  const bool last = walk->rest[0] == 0;
  const bool slash = location->wants_directory && walk->purpose != FIND_ENTRY;
  const bool followed = !last || follow_last || slash;
  if (location->layer == STP_SYNTHETIC && location->node.kind == STP_SYN_DESCRIPTOR)
    return enter_descriptor(walk, followed);
  if (stp_location_is_link(location) && followed) {
    const bool wants_directory = last && location->wants_directory;
    if (wants_directory)
      strcpy(walk->rest, "");
    int result = follow_link(walk);
    if (result == 0 && walk->rest[strspn(walk->rest, "/")] == 0) /* to the root */
      result = stp_location_look(location);
    if (result == 0 && wants_directory && strlen(walk->rest) + 2 < PATH_MAX)
      strcat(walk->rest, "/");
    return result;
  }
  if (!last && location->layer == STP_ABSENT)
    return -ENOENT;
  if ((!last || slash) && location->layer != STP_ABSENT && !stp_location_is_directory(location))
    return -ENOTDIR;
  walk->walked = walk->walked || !last;
  return 0;
}

/* The directory where a walk of one step started may have been removed since it was opened. */
static int check_start(const struct stp_location* absent) {
  struct stp_location parent = *absent;
  parent.path = stp_strdup(absent->path);
  *strrchr(parent.path, '/') = 0;
  const int error = parent.path[0] ? stp_location_look(&parent) : 0;
  const bool removed = parent.path[0] && parent.layer == STP_ABSENT;
  stp_free(parent.path);
  return error == 0 && removed ? -ENOENT : error;
}

static enum stp_last kind_of(const char* name) {
  if (strcmp(name, ".") == 0)
    return STP_LAST_DOT;
  return strcmp(name, "..") == 0 ? STP_LAST_DOTS : STP_LAST_NAME;
}

static int follow_all(struct walk* walk, bool follow_last) {
  char name[NAME_MAX + 1];
  int length;
  bool looked = false;
  walk->location->last = STP_LAST_ROOT;
  while ((length = next_component(walk, name)) > 0) {
    looked = false;
    walk->location->last = kind_of(name);
    if (walk->location->last == STP_LAST_DOT)
      continue;
    const int denied = may_search(walk);
    if (denied < 0)
      return denied;
    if (walk->location->last == STP_LAST_DOTS) {
      go_up(walk);
      continue;
    }
    const int error = enter(walk, name, follow_last);
    if (error < 0)
      return error;
    looked = true;
  }
  return length < 0 || looked ? length : stp_location_look(walk->location);
}

static int find(int directory_fd, const char* path, bool follow, enum purpose purpose,
                struct stp_location* location) {
  *location = (struct stp_location){0};
  const char* from;
  bool own;
  if (!path)
    return -EFAULT;
  int error = path[0] ? stp_path_start(directory_fd, path, &from, &own) : -ENOENT;
  if (error < 0)
    return error;
  location->path = stp_alloc(PATH_MAX);
  struct walk walk = {.location = location,
                      .rest = stp_alloc(PATH_MAX),
                      .own = own,
                      .purpose = purpose,
                      .checked =
                          !stp_capable(CAP_DAC_OVERRIDE) || !stp_capable(CAP_DAC_READ_SEARCH),
                      .floor = strlen(stp_path_root())};
  error = restart(&walk, from, path);
  if (error == 0)
    error = follow_all(&walk, follow);
  stp_free(walk.rest);
  if (error == 0 && location->path[0] == 0)
    strcpy(location->path, "/");
  if (error == 0 && location->layer == STP_ABSENT && !walk.walked)
    error = check_start(location);
  return error;
}

int stp_path_find(int directory_fd, const char* path, bool follow, struct stp_location* location) {
  return find(directory_fd, path, follow, FIND, location);
}

int stp_path_find_new(int directory_fd, const char* path, bool follow,
                      struct stp_location* location) {
  return find(directory_fd, path, follow, FIND_NEW, location);
}

int stp_path_find_entry(int directory_fd, const char* path, struct stp_location* location) {
  return find(directory_fd, path, false, FIND_ENTRY, location);
}

int stp_path_existing(int directory_fd, const char* path, bool follow,
                      struct stp_location* location) {
  const int error = stp_path_find(directory_fd, path, follow, location);
  return error == 0 && location->layer == STP_ABSENT ? -ENOENT : error;
}
