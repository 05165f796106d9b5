/* Following virtual paths (path_resolution(7)), with the state of a process that this depends on.
 */
#include "file/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file/description.h"
#include "file/directory.h"
#include "file/fdtable.h"
#include "file/inode.h"
#include "file/keep.h"
#include "file/open.h"
#include "file/permission.h"
#include "process/identity.h"
#include "process/process.h"

enum { DEFAULT_UMASK = 022 };

struct stp_paths {
  char* root; /* canonical; "" for the host's own, so that a path can be appended */
  char* working_directory;
  struct stp_inode* inode; /* of the working directory, to know when it is removed; may be null */
  bool own;                /* relative paths see the host's directory only */
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

bool stp_location_is_link(const struct stp_location* location) {
  if (location->layer == STP_SYNTHETIC)
    return location->node.kind == STP_SYN_LINK || location->node.kind == STP_SYN_DESCRIPTOR_LINK;
  return location->layer != STP_ABSENT && S_ISLNK(location->real.st_mode);
}

/* Files of the simulator's own user are root's on the emulated host. */
static id_t emulated_owner(id_t real, id_t simulator) { return real == simulator ? 0 : real; }

static void find_owner(const struct stp_location* location, struct stp_inode* inode) {
  uid_t user = emulated_owner(location->real.st_uid, geteuid());
  gid_t group = emulated_owner(location->real.st_gid, getegid());
  mode_t mode;
  char* const real = stp_location_real(location);
  if (stp_kept_attributes(real, &user, &group, &mode))
    stp_inode_set_mode(inode, mode);
  stp_free(real);
  stp_inode_default_owner(inode, user, group);
}

void stp_location_stat(const struct stp_location* location, struct stat* result) {
  if (location->layer == STP_SYNTHETIC) {
    stp_synthetic_stat(location->path, &location->node, result);
    return;
  }
  struct stp_inode* const inode = stp_inode_of(location->real.st_dev, location->real.st_ino);
  if (location->layer == STP_REAL && location->in_base && !stp_inode_owned(inode))
    find_owner(location, inode);
  stp_inode_stat(inode, &location->real, result);
}

static char* join(const char* directory, const char* path) {
  char* const joined = stp_alloc(strlen(directory) + strlen(path) + 1);
  stpcpy(stpcpy(joined, directory), path);
  return joined;
}

char* stp_location_real(const struct stp_location* location) {
  if (location->layer == STP_HOST)
    return stp_path_in_host(location->path);
  return location->in_base ? join(stp_me->host->base, location->path) : stp_strdup(location->path);
}

char* stp_path_in_host(const char* path) { return join(stp_me->host->directory, path); }

char* stp_location_link(const struct stp_location* location, int* error) {
  *error = -EINVAL;
  if (!stp_location_is_link(location))
    return NULL;
  if (location->layer == STP_SYNTHETIC && location->node.kind == STP_SYN_DESCRIPTOR_LINK)
    return stp_file_link(stp_fd_get(location->node.value));
  if (location->layer == STP_SYNTHETIC)
    return stp_synthetic_text(&location->node, &(size_t){0});
  char* const target = stp_alloc(PATH_MAX);
  char* const real = stp_location_real(location);
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

/* ---- the process's view ---- */

const char* stp_path_root(void) { return stp_me->paths->root; }

/* Whether a path leads into a directory that has been removed: what has its path now is another. */
static bool removed(const struct stp_inode* directory, const char* path) {
  if (!directory || !stp_inode_is_nameless(directory))
    return false;
  while (path[0] == '.' && path[1] == '/')
    path += 1 + strspn(path + 1, "/");
  return strcmp(path, "..") != 0 && strncmp(path, "../", 3) != 0;
}

int stp_path_start(int directory_fd, const char* path, const char** from, bool* own) {
  *from = stp_me->paths->root;
  *own = false;
  if (path[0] == '/')
    return 0;
  *from = stp_me->paths->working_directory;
  *own = stp_me->paths->own;
  if (directory_fd == AT_FDCWD)
    return removed(stp_me->paths->inode, path) ? -ENOENT : 0;
  const struct stp_file* const file = stp_fd_get(directory_fd);
  if (!file)
    return -EBADF;
  *from = stp_directory_path(file);
  *own = *from && stp_directory_own(file);
  if (!*from)
    return -ENOTDIR;
  return removed(stp_directory_inode(file), path) ? -ENOENT : 0;
}

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

static int find_directory(int directory_fd, const char* path, char** canonical, bool* own,
                          struct stp_inode** inode) {
  STP_LOCATION location;
  const int error = stp_path_existing(directory_fd, path, true, &location);
  if (error < 0)
    return error;
  if (!stp_location_is_directory(&location))
    return -ENOTDIR;
  const int denied = stp_location_permits(&location, X_OK);
  if (denied < 0)
    return denied;
  *canonical = stp_strdup(location.path);
  *own = stp_location_own(&location);
  *inode = location.layer == STP_SYNTHETIC
               ? NULL
               : stp_inode_of(location.real.st_dev, location.real.st_ino);
  return 0;
}

int stp_path_change_directory(int directory_fd, const char* path) {
  struct stp_paths* const paths = stp_me->paths;
  struct stp_inode* inode;
  char* canonical;
  bool own;
  const int error = find_directory(directory_fd, path, &canonical, &own, &inode);
  if (error < 0)
    return error;
  stp_free(paths->working_directory);
  if (inode)
    stp_inode_ref(inode);
  if (paths->inode)
    stp_inode_unref(paths->inode);
  paths->working_directory = canonical;
  paths->inode = inode;
  paths->own = own;
  return 0;
}

int stp_path_change_root(const char* path) {
  if (!stp_capable(CAP_SYS_CHROOT))
    return -EPERM;
  struct stp_inode* inode;
  char* canonical;
  bool own;
  const int error = find_directory(AT_FDCWD, path, &canonical, &own, &inode);
  if (error < 0)
    return error;
  if (strcmp(canonical, "/") == 0)
    canonical[0] = 0;
  stp_free(stp_me->paths->root);
  stp_me->paths->root = canonical;
  return 0;
}

mode_t stp_path_umask(void) { return stp_me->paths->mask; }
mode_t stp_path_umask_of(const struct stp_process* process) { return process->paths->mask; }

mode_t stp_path_set_umask(mode_t mask) {
  const mode_t old = stp_me->paths->mask;
  stp_me->paths->mask = mask & 0777;
  return old;
}

/* If `*path` is `from` or below, the same under `to`. */
static void move_path(char** path, const char* from, const char* to) {
  const size_t length = strlen(from);
  if (strncmp(*path, from, length) != 0 || ((*path)[length] && (*path)[length] != '/'))
    return;
  char* const moved = join(to, *path + length);
  stp_free(*path);
  *path = moved;
}

void stp_paths_moved(const char* from, const char* to) {
  const struct stp_host* const host = stp_me->host;
  for (struct stp_process* process = host->processes; process; process = process->next_on_host)
    if (process->paths) {
      move_path(&process->paths->root, from, to);
      move_path(&process->paths->working_directory, from, to);
    }
  stp_directories_moved(host, from, to);
  stp_inodes_moved(from, to);
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
  if (process->paths->inode)
    stp_inode_unref(process->paths->inode);
  stp_free(process->paths);
  process->paths = NULL;
}

static void fork_paths(struct stp_process* child, struct stp_process* parent) {
  struct stp_paths* const paths = child->paths = stp_alloc(sizeof *paths);
  *paths = *parent->paths;
  paths->root = stp_strdup(paths->root);
  paths->working_directory = stp_strdup(paths->working_directory);
  if (paths->inode)
    stp_inode_ref(paths->inode);
}

const struct stp_process_hooks stp_path_hooks = {start, end, fork_paths, NULL, .spawned = true};
