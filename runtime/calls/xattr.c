/* sys/xattr.h: files have no extended attributes, as on a file system that does not support them.
 */
#include <sys/xattr.h>

#include "calls/adapter.h"
#include "file/fdtable.h"
#include "file/paths.h"

static int at_path(const char* path, bool follow) {
  STP_LOCATION location;
  const int error = stp_path_existing(AT_FDCWD, path, follow, &location);
  return (int)stp_return(error < 0 ? error : -ENOTSUP);
}

static int at_fd(int fd) { return (int)stp_return(stp_fd_get(fd) ? -ENOTSUP : -EBADF); }

/* An empty list is no error. */
static ssize_t listed(int result) { return result < 0 && errno == ENOTSUP ? 0 : result; }

ssize_t simterpose_getxattr(const char* path, const char* name, void* value, size_t size) {
  (void)name, (void)value, (void)size;
  return at_path(path, true);
}

ssize_t simterpose_lgetxattr(const char* path, const char* name, void* value, size_t size) {
  (void)name, (void)value, (void)size;
  return at_path(path, false);
}

ssize_t simterpose_fgetxattr(int fd, const char* name, void* value, size_t size) {
  (void)name, (void)value, (void)size;
  return at_fd(fd);
}

int simterpose_setxattr(const char* path, const char* name, const void* value, size_t size,
                        int flags) {
  (void)name, (void)value, (void)size, (void)flags;
  return at_path(path, true);
}

int simterpose_lsetxattr(const char* path, const char* name, const void* value, size_t size,
                         int flags) {
  (void)name, (void)value, (void)size, (void)flags;
  return at_path(path, false);
}

int simterpose_fsetxattr(int fd, const char* name, const void* value, size_t size, int flags) {
  (void)name, (void)value, (void)size, (void)flags;
  return at_fd(fd);
}

ssize_t simterpose_listxattr(const char* path, char* list, size_t size) {
  (void)list, (void)size;
  return listed(at_path(path, true));
}

ssize_t simterpose_llistxattr(const char* path, char* list, size_t size) {
  (void)list, (void)size;
  return listed(at_path(path, false));
}

ssize_t simterpose_flistxattr(int fd, char* list, size_t size) {
  (void)list, (void)size;
  return listed(at_fd(fd));
}

int simterpose_removexattr(const char* path, const char* name) {
  (void)name;
  return at_path(path, true);
}

int simterpose_lremovexattr(const char* path, const char* name) {
  (void)name;
  return at_path(path, false);
}

int simterpose_fremovexattr(int fd, const char* name) {
  (void)name;
  return at_fd(fd);
}
