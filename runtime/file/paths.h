/* Virtual paths: each process has a root, a working directory and a umask; a path is followed
 * component by component over four layers: the host's own directory, the directory that it starts
 * from (its base, read-only), synthetic files, and the real system, read-only; relative ones from
 * the host's top directory see the first two only. Symbolic links
 * are followed here and not by the kernel, so nothing escapes. Results are 0 or -errno unless said
 * otherwise; nothing here blocks. */
#ifndef STP_PATHS_H
#define STP_PATHS_H

#include <stdbool.h>
#include <sys/stat.h>

#include "file/synthetic.h"

struct stp_process;
struct stp_process_hooks;
struct stp_host;
struct stp_inode;

enum stp_layer { STP_ABSENT, STP_HOST, STP_SYNTHETIC, STP_REAL /* base or system */ };

/* Where a path leads: canonical (absolute, no links, no dots) and the highest layer that has it. */
struct stp_location {
  char* path;
  enum stp_layer layer;
  bool base_visible;    /* what the base has at this path, if anything, is seen under the host's */
  bool real_visible;    /* the same for synthetic files and the real system */
  bool in_base;         /* STP_REAL: of the base */
  bool wants_directory; /* the path ended in a slash */
  enum stp_last { STP_LAST_NAME, STP_LAST_ROOT, STP_LAST_DOT, STP_LAST_DOTS } last; /* component */
  struct stat real; /* STP_HOST, STP_REAL: of the real file */
  struct stp_synthetic node;
};
void stp_location_drop(struct stp_location* location);
#define STP_LOCATION __attribute__((cleanup(stp_location_drop))) struct stp_location

/* Follows `path` from the directory `directory_fd` (or AT_FDCWD). A last component that is a link
 * is followed if `follow`. The last component may be absent: layer STP_ABSENT, 0; its directory
 * must exist. */
int stp_path_find(int directory_fd, const char* path, bool follow, struct stp_location* location);

/* The same for what makes or removes a name: the last component is never followed, nor need it be a
 * directory where the path ends in a slash; the caller looks at `last` and `wants_directory`. */
int stp_path_find_entry(int directory_fd, const char* path, struct stp_location* location);

/* The same as stp_path_find for open with O_CREAT: -EISDIR for what is called a directory by a
 * slash, be it in a link. */
int stp_path_find_new(int directory_fd, const char* path, bool follow,
                      struct stp_location* location);

/* The same as stp_path_find, but -ENOENT where nothing is there. */
int stp_path_existing(int directory_fd, const char* path, bool follow,
                      struct stp_location* location);

bool stp_location_is_directory(const struct stp_location* location);
bool stp_location_is_link(const struct stp_location* location);
void stp_location_stat(const struct stp_location* location, struct stat* result);

/* The real path of what STP_HOST or STP_REAL means (stp_free it). */
char* stp_location_real(const struct stp_location* location);

/* Finds anew what is at location->path, seen as its ..._visible say. Directories above it must not
 * be links. */
int stp_location_look(struct stp_location* location);

/* Sets ..._visible for a canonical path, as an absolute path to it would. */
void stp_path_see(struct stp_location* location);

/* Whether relative paths from this directory see the host's own files only. */
bool stp_location_own(const struct stp_location* location);

/* The target of a symbolic link, zero-terminated, to be freed with stp_free. Null with -errno in
 * *error if it is none. */
char* stp_location_link(const struct stp_location* location, int* error);

/* The real path of a virtual one in the host's directory (stp_free it). */
char* stp_path_in_host(const char* path);

/* Prepares the host's directory for a file at this location: makes the directories above it that
 * exist in other layers. */
int stp_path_prepare(const struct stp_location* location);

/* Brings a file of another layer into the host's directory, content included unless `empty`; the
 * location is then STP_HOST. */
int stp_path_copy_up(struct stp_location* location, bool empty);

/* Makes the real or synthetic file at this path invisible to this host, if there is one. */
void stp_path_hide(const struct stp_location* location);
bool stp_path_shows_through(const struct stp_location* location); /* under the host's own */
bool stp_path_hidden(const struct stp_host* host, const char* path);

/* The entries of the directory of this path changed: its modification date is now. */
void stp_path_touch_parent(const char* path);

/* Records the file just made at this location of the host's directory: owner, permissions (those of
 * `mode`), dates, its directory, and tells those who watch. Returns its record. */
struct stp_inode* stp_path_made(const struct stp_location* location, const struct stat* real,
                                mode_t mode);

/* A directory of the calling process's host has another path: so have the working directories and
 * open files in it. */
void stp_paths_moved(const char* from, const char* to);

/* Where following `path` starts: a canonical directory ("" for the host's top), and whether it is
 * confined to the host's own files. */
int stp_path_start(int directory_fd, const char* path, const char** from, bool* own);
const char* stp_path_root(void); /* canonical; "" for the host's top */

/* Working directory as getcwd gives it (seen from the root), and how to change it and the root. */
const char* stp_path_working_directory(void);
int stp_path_change_directory(int directory_fd, const char* path);
int stp_path_change_root(const char* path);
/* A canonical path as the process names it (its root taken off). */
const char* stp_path_from_root(const char* path);

mode_t stp_path_umask(void);
mode_t stp_path_umask_of(const struct stp_process* process);
mode_t stp_path_set_umask(mode_t mask); /* returns the old one */

extern const struct stp_process_hooks stp_path_hooks;

#endif
