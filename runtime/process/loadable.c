/* The copy of an executable that the dynamic linker loads like a library. Everything is changed in
 * place, so that no offset in the file moves. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "process/elf.h"
#include "process/memcheck.h"

static void clear_pie(const struct stp_elf* elf, char* copy) {
  uint64_t flags;
  if (!elf->flags_1)
    return;
  memcpy(&flags, copy + elf->flags_1, sizeof flags);
  flags &= ~(uint64_t)DF_1_PIE;
  memcpy(copy + elf->flags_1, &flags, sizeof flags);
}

/* Writes a name of the working directory that is as long as what it replaces. */
static void replace(char* origin, size_t length) {
  for (size_t i = 0; i < length; i++)
    origin[i] = i % 2 ? '/' : '.';
}

static void replace_origin(const struct stp_elf* elf, char* copy) {
  static const char* const names[] = {"$ORIGIN", "${ORIGIN}"}; /* of odd length both */
  if (!elf->runpath)
    return;
  char* const runpath = copy + (elf->runpath - elf->data);
  for (size_t i = 0; i < 2; i++)
    for (char* found = runpath; (found = strstr(found, names[i]));)
      replace(found, strlen(names[i]));
}

/* valgrind reads symbols from files that have names only. */
static int make_file(const char* name) {
  char path[64];
  if (!stp_memcheck())
    return memfd_create(name, MFD_CLOEXEC);
  snprintf(path, sizeof path, "/tmp/%.40s-XXXXXX", name);
  return mkostemp(path, O_CLOEXEC);
}

/* Files that have names, until the command ends: valgrind may read one only when it shows a place
 * in it (3.24). */
static struct named {
  struct named* next;
  char path[64];
} * named;

static void remove_named(void) {
  for (const struct named* file = named; file != NULL; file = file->next)
    unlink(file->path);
}

void stp_elf_loaded(int fd) {
  char link[64];
  if (!stp_memcheck())
    return;
  struct named* const file = calloc(1, sizeof *file);
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  if (file == NULL || readlink(link, file->path, sizeof file->path - 1) <= 0) {
    free(file);
    return;
  }
  if (named == NULL)
    atexit(remove_named);
  file->next = named;
  named = file;
}

int stp_elf_loadable_copy(const struct stp_elf* elf, const char* name) {
  const int fd = make_file(name);
  if (fd < 0)
    return -errno;
  char* copy = MAP_FAILED;
  if (ftruncate(fd, (off_t)elf->size) == 0)
    copy = mmap(NULL, elf->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (copy == MAP_FAILED) {
    const int error = -errno;
    close(fd);
    return error;
  }
  memcpy(copy, elf->data, elf->size);
  clear_pie(elf, copy);
  replace_origin(elf, copy);
  munmap(copy, elf->size);
  return fd;
}
