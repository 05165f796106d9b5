/* execinfo.h: what addresses in code are called, in glibc's words. The program goes by its own
 * path, not by its copy's, and the last number is an offset in the file instead of an address, so
 * that every run writes the same. */
#include <dlfcn.h>
#include <execinfo.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "calls/adapter.h"
#include "process/program.h"

/* Writes the name of an address into `text`; returns its length without limit, as snprintf. */
static int name_address(char* text, size_t size, const void* address, const char* space) {
  Dl_info place;
  if (dladdr(address, &place) == 0 || place.dli_fname == NULL || place.dli_fname[0] == '\0')
    return snprintf(text, size, "[no code]");
  const uintptr_t base = (uintptr_t)place.dli_fbase;
  const uintptr_t symbol = place.dli_sname == NULL ? base : (uintptr_t)place.dli_saddr;
  const char* const file =
      strstr(place.dli_fname, "/fd/") != NULL ? stp_me->program->path : place.dli_fname;
  return snprintf(text, size, "%s(%s+%#lx)%s[%#lx]", file,
                  place.dli_sname == NULL ? "" : place.dli_sname, (uintptr_t)address - symbol,
                  space, (uintptr_t)address - base);
}

int simterpose_backtrace(void** addresses, int size) { return backtrace(addresses, size); }

char** simterpose_backtrace_symbols(void* const* addresses, int count) {
  size_t size = (size_t)count * sizeof(char*);
  for (int i = 0; i < count; i++)
    size += (size_t)name_address(NULL, 0, addresses[i], " ") + 1;
  char** const names = stp_heap_alloc(stp_me->heap, size);
  if (names == NULL) {
    errno = ENOMEM;
    return NULL;
  }
  char *text = (char*)(names + count), *const end = (char*)names + size;
  for (int i = 0; i < count; i++) {
    names[i] = text;
    text += name_address(text, (size_t)(end - text), addresses[i], " ") + 1;
  }
  return names;
}

void simterpose_backtrace_symbols_fd(void* const* addresses, int count, int fd) {
  for (int i = 0; i < count; i++) {
    char text[1024];
    const int length = name_address(text, sizeof text - 1, addresses[i], "");
    const size_t size = length < (int)sizeof text - 1 ? (size_t)length : sizeof text - 2;
    text[size] = '\n';
    (void)!simterpose_write(fd, text, size + 1);
  }
}
