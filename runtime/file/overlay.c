/* Changing the host's directory where it lies over the synthetic files and the real system: nothing
 * below is ever written to. Files that a host has removed from below are remembered by name for the
 * run. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>
#include <uthash.h>

#include "file/inode.h"
#include "file/inotify.h"
#include "file/keep.h"
#include "file/paths.h"
#include "process/process.h"

/* ---- what a host has removed ---- */

struct hidden {
  UT_hash_handle hh;
  char key[]; /* index of the host, canonical path */
};

static struct hidden* all_hidden;

static size_t make_key(char key[PATH_MAX + 32], const struct stp_host* host, const char* path) {
  return (size_t)snprintf(key, PATH_MAX + 32, "%zu%s", host->index, path);
}

bool stp_path_hidden(const struct stp_host* host, const char* path) {
  if (!all_hidden)
    return false;
  char key[PATH_MAX + 32];
  const size_t length = make_key(key, host, path);
  struct hidden* found;
  HASH_FIND(hh, all_hidden, key, length, found);
  return found != NULL;
}

static bool shows(const char* path, bool visible) {
  struct stat real;
  return visible && lstat(path, &real) == 0;
}

static bool base_shows(const struct stp_location* location) {
  if (!location->base_visible || !stp_me->host->base)
    return false;
  struct stp_location lower = *location;
  lower.layer = STP_REAL;
  lower.in_base = true;
  char* const real = stp_location_real(&lower);
  const bool result = shows(real, true);
  stp_free(real);
  return result;
}

bool stp_path_shows_through(const struct stp_location* location) {
  struct stp_synthetic node;
  return base_shows(location) || shows(location->path, location->real_visible) ||
         (location->real_visible && stp_synthetic_find(location->path, &node));
}

void stp_path_hide(const struct stp_location* location) {
  if (!stp_path_shows_through(location))
    return;
  char key[PATH_MAX + 32];
  const size_t length = make_key(key, stp_me->host, location->path);
  struct hidden* const hidden = stp_alloc(sizeof *hidden + length + 1);
  memcpy(hidden->key, key, length + 1);
  HASH_ADD(hh, all_hidden, key, length, hidden);
}

/* ---- directories above ---- */

void stp_path_touch_parent(const char* path) {
  char* const real = stp_path_in_host(path);
  *strrchr(real, '/') = 0;
  struct stat parent;
  if (lstat(real, &parent) == 0)
    stp_inode_modified(stp_inode_of(parent.st_dev, parent.st_ino));
  stp_free(real);
}

/* Whether a file belongs to anybody but root. */
static bool seen_as_other(struct stp_inode* inode, const struct stat* real) {
  struct stat seen;
  stp_inode_stat(inode, real, &seen);
  return seen.st_uid || seen.st_gid;
}

struct stp_inode* stp_path_made(const struct stp_location* location, const struct stat* real,
                                mode_t mode) {
  struct stp_inode* const inode = stp_inode_created(real, mode);
  char* const directory = stp_path_in_host(location->path);
  *strrchr(directory, '/') = 0;
  struct stat parent, seen;
  if (lstat(directory, &parent) == 0) {
    stp_inode_present(&parent, &seen);
    if (seen.st_mode & S_ISGID) {
      stp_inode_default_group(inode, seen.st_gid);
      if (S_ISDIR(real->st_mode))
        stp_inode_set_mode(inode, (mode & 07777) | S_ISGID);
    }
    stp_inode_modified(stp_inode_of(parent.st_dev, parent.st_ino));
  }
  stp_free(directory);
  if (seen_as_other(inode, real) || mode & ~(mode_t)0777 || (mode & 0600) != 0600) {
    char* const made = stp_path_in_host(location->path);
    stp_keep_attributes(inode, made, -1);
    stp_free(made);
  }
  stp_notify_entry(stp_me->host, location->path,
                   IN_CREATE | (S_ISDIR(real->st_mode) ? IN_ISDIR : 0), 0);
  return inode;
}

/* Makes one directory in the host's, as the lower layer has it. */
static int make_like_lower(const char* path, const char* in_host) {
  struct stp_location lower = {.path = (char*)path, .base_visible = true, .real_visible = true};
  struct stat before = {.st_mode = S_IFDIR | 0755}, made;
  if (stp_location_look(&lower) == 0 && lower.layer != STP_ABSENT)
    stp_location_stat(&lower, &before);
  if (mkdir(in_host, 0777) != 0)
    return errno == EEXIST ? 0 : -errno;
  if (lstat(in_host, &made) == 0)
    stp_inode_inherit(stp_inode_created(&made, before.st_mode), &before);
  return 0;
}

int stp_path_prepare(const struct stp_location* location) {
  static const char etc[] = "/etc";
  const char* const rest = location->path + sizeof etc - 1;
  if (strncmp(location->path, etc, sizeof etc - 1) == 0 && (*rest == '/' || *rest == '\0'))
    stp_me->host->own_etc = true;
  char* const in_host = stp_path_in_host(location->path);
  const size_t prefix = strlen(stp_me->host->directory);
  int error = 0;
  char* const last = strrchr(in_host + prefix, '/');
  *last = 0;
  struct stat parent;
  if (lstat(in_host, &parent) != 0) {
    *last = '/';
    for (char* slash = in_host + prefix; slash && slash <= last && error == 0;) {
      *slash = 0;
      error = make_like_lower(in_host + prefix, in_host);
      *slash = '/';
      slash = strchr(slash + 1, '/');
    }
  }
  stp_free(in_host);
  return error;
}

/* ---- copying up ---- */

static int copy_content(int from, int to, off_t size) {
  while (size > 0) {
    const ssize_t copied = sendfile(to, from, NULL, (size_t)size);
    if (copied < 0)
      return -errno;
    if (copied == 0)
      return 0;
    size -= copied;
  }
  return 0;
}

static int copy_text(const struct stp_location* location, int to) {
  size_t size;
  char* const text = stp_synthetic_text(&location->node, &size);
  const ssize_t written = write(to, text, size);
  stp_free(text);
  return written == (ssize_t)size ? 0 : -ENOSPC;
}

static int copy_regular(struct stp_location* location, const char* in_host, bool empty) {
  const int to = open(in_host, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (to < 0)
    return -errno;
  int error = 0;
  if (location->layer == STP_SYNTHETIC) {
    error = empty ? 0 : copy_text(location, to);
  } else if (!empty) {
    char* const real = stp_location_real(location);
    const int from = open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    stp_free(real);
    error = from < 0 ? -errno : copy_content(from, to, location->real.st_size);
    if (from >= 0)
      close(from);
  }
  close(to);
  if (error < 0)
    unlink(in_host);
  return error;
}

static int copy_node(struct stp_location* location, const char* in_host, bool empty) {
  if (location->layer == STP_SYNTHETIC)
    return location->node.kind == STP_SYN_TEXT && !stp_synthetic_hides(location->path)
               ? copy_regular(location, in_host, empty)
               : -EPERM;
  if (S_ISDIR(location->real.st_mode))
    return mkdir(in_host, 0777) == 0 ? 0 : -errno;
  if (S_ISREG(location->real.st_mode))
    return copy_regular(location, in_host, empty);
  if (S_ISFIFO(location->real.st_mode) || S_ISSOCK(location->real.st_mode))
    return mknod(in_host, (location->real.st_mode & S_IFMT) | 0600, 0) == 0 ? 0 : -errno;
  if (!S_ISLNK(location->real.st_mode))
    return -EPERM;
  int error;
  char* const target = stp_location_link(location, &error);
  if (target && symlink(target, in_host) != 0)
    error = -errno;
  stp_free(target);
  return error;
}

int stp_path_copy_up(struct stp_location* location, bool empty) {
  if (location->layer == STP_HOST)
    return 0;
  int error = stp_path_prepare(location);
  if (error < 0)
    return error;
  struct stat before;
  stp_location_stat(location, &before);
  char* const in_host = stp_path_in_host(strcmp(location->path, "/") == 0 ? "" : location->path);
  error = copy_node(location, in_host, empty);
  if (error == 0 && lstat(in_host, &location->real) == 0) {
    struct stp_inode* const inode = stp_inode_created(&location->real, before.st_mode);
    stp_inode_inherit(inode, &before);
    if (empty)
      stp_inode_modified(inode);
    stp_keep_attributes(inode, in_host, -1);
    location->layer = STP_HOST;
  }
  stp_free(in_host);
  return error;
}
