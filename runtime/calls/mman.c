/* sys/mman.h: memory of the process's region, files mapped there, shared memory by name. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "file/change.h"
#include "file/description.h"
#include "file/fdtable.h"
#include "file/mapping.h"
#include "file/regular.h"

void* simterpose_mmap(void* hint, size_t size, int protection, int flags, int fd, off_t offset) {
  struct stp_file* const file = flags & MAP_ANONYMOUS ? NULL : stp_fd_get(fd);
  void* result = MAP_FAILED;
  const int error = !file && !(flags & MAP_ANONYMOUS)
                        ? -EBADF
                        : stp_map(hint, size, protection, flags, file, offset, &result);
  return stp_return(error) < 0 ? MAP_FAILED : result;
}

int simterpose_munmap(void* start, size_t size) { return (int)stp_return(stp_unmap(start, size)); }

void* simterpose_mremap(void* start, size_t old_size, size_t new_size, int flags, ...) {
  void *wanted = NULL, *result = MAP_FAILED;
  if (flags & MREMAP_FIXED) {
    va_list arguments;
    va_start(arguments, flags);
    wanted = va_arg(arguments, void*);
    va_end(arguments);
  }
  const int error = stp_remap(start, old_size, new_size, flags, wanted, &result);
  return stp_return(error) < 0 ? MAP_FAILED : result;
}

int simterpose_mprotect(void* start, size_t size, int protection) {
  return (int)stp_return(stp_protect(start, size, protection));
}

/* ---- advice ---- */

int simterpose_madvise(void* start, size_t size, int advice) {
  return (int)stp_return(stp_advise(start, size, advice));
}

int simterpose_posix_madvise(void* start, size_t size, int advice) {
  (void)advice;
  return -stp_mapped(start, size);
}

int simterpose_msync(void* start, size_t size, int flags) {
  const int all = MS_ASYNC | MS_INVALIDATE | MS_SYNC;
  if (flags & ~all || (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC))
    return (int)stp_return(-EINVAL);
  return (int)stp_return(stp_mapped(start, size));
}

int simterpose_mincore(void* start, size_t size, unsigned char* result) {
  const int error = stp_mapped(start, size);
  if (error == 0)
    memset(result, 1, (size + STP_PAGE - 1) / STP_PAGE);
  return (int)stp_return(error);
}

int simterpose_mlock(const void* start, size_t size) {
  const size_t before = (uintptr_t)start % STP_PAGE; /* whole pages, whatever the address */
  return (int)stp_return(stp_mapped((const char*)start - before, size + before));
}

int simterpose_mlock2(const void* start, size_t size, unsigned flags) {
  return flags & ~(unsigned)MLOCK_ONFAULT ? (int)stp_return(-EINVAL)
                                          : simterpose_mlock(start, size);
}

int simterpose_munlock(const void* start, size_t size) { return simterpose_mlock(start, size); }

int simterpose_mlockall(int flags) {
  const int all = MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT;
  return (int)stp_return(flags & ~all || !(flags & (MCL_CURRENT | MCL_FUTURE)) ? -EINVAL : 0);
}

int simterpose_munlockall(void) { return 0; }

/* ---- memory with a name ---- */

int simterpose_memfd_create(const char* name, unsigned flags) {
  if (flags & MFD_HUGETLB)
    stp_refuse("memfd_create", "MFD_HUGETLB");
  if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING) || strlen(name) > 249)
    return (int)stp_return(-EINVAL);
  struct stp_file* file;
  const int error = stp_anonymous_open(name, O_RDWR, &file);
  if (error == 0 && !(flags & MFD_ALLOW_SEALING))
    fcntl(stp_regular_descriptor(file), F_ADD_SEALS, F_SEAL_SEAL);
  return (int)stp_return(error < 0 ? error : stp_fd_install(file, 0, flags & MFD_CLOEXEC));
}

/* The path in /dev/shm; 0 or -EINVAL. */
static int shared_path(const char* name, char path[NAME_MAX + 16]) {
  name += strspn(name, "/");
  if (!name[0] || strchr(name, '/') || strlen(name) > NAME_MAX)
    return -EINVAL;
  stpcpy(stpcpy(path, "/dev/shm/"), name);
  return 0;
}

int simterpose_shm_open(const char* name, int flags, mode_t mode) {
  char path[NAME_MAX + 16];
  struct stp_file* file;
  int error = shared_path(name, path);
  if (error == 0)
    error = stp_open(AT_FDCWD, path, flags | O_NOFOLLOW, mode, &file);
  return (int)stp_return(error < 0 ? error : stp_fd_install(file, 0, true));
}

int simterpose_shm_unlink(const char* name) {
  char path[NAME_MAX + 16];
  const int error = shared_path(name, path);
  return (int)stp_return(error < 0 ? error : stp_unlink(AT_FDCWD, path));
}
