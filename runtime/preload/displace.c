/* simterpose-displace.so: preloaded into a program that was built with the plugin, it moves the
 * state of the program and its instrumented libraries to a copy, and lets them run natively. The
 * dynamic linker initialises it before all others (-z initfirst), when relocation is done and no
 * code of the program has run. */
#include <link.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "process/image.h"
#include "process/object.h"
#include "process/process.h"
#include "process/program.h"
#include "trace/log.h"

/* ---- what the files shared with the runtime need ---- */

void* stp_alloc(size_t size) {
  void* const block = calloc(1, size);
  if (block == NULL)
    stp_fatal("out of memory");
  return block;
}

void stp_free(void* block) { free(block); }

/* libc's streams are not ready yet. */
_Noreturn void stp_fatal(const char* format, ...) {
  char text[512] = "simterpose: ";
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text + strlen(text), sizeof text - strlen(text) - 1, format, arguments);
  va_end(arguments);
  strcat(text, "\n");
  if (write(STDERR_FILENO, text, strlen(text)) < 0)
    _exit(3);
  _exit(2);
}

/* ---- displacing ---- */

static bool is_instrumented(const struct stp_closure* closure) {
  bool found = false;
  for (size_t i = 0; i < closure->count; i++) {
    const struct simterpose_module* const descriptor = closure->objects[i].descriptor;
    if (descriptor == NULL)
      continue;
    if (descriptor->contract != SIMTERPOSE_CONTRACT)
      stp_fatal("%s was built with the plugin of another version; build it again",
                closure->objects[i].name);
    found = true;
  }
  return found;
}

static void displace_thread_locals(const struct stp_program* program,
                                   const struct stp_closure* closure, const char* images) {
  for (size_t i = 0; i < closure->count; i++)
    if (closure->objects[i].descriptor != NULL && stp_object_unlock(&closure->objects[i]) != 0)
      stp_fatal("%s: its initial thread-locals cannot be changed", closure->objects[i].name);
  stp_image_displace_native_tls(program, images);
  for (size_t i = 0; i < closure->count; i++)
    if (closure->objects[i].descriptor != NULL)
      stp_object_lock(&closure->objects[i]);
}

__attribute__((constructor)) static void displace(void) {
  struct stp_closure closure = stp_closure_of_map(_r_debug.r_map);
  if (is_instrumented(&closure)) {
    struct stp_program program = {0};
    stp_image_describe(&program, &closure);
    void* const images = mmap(NULL, program.image_size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (images == MAP_FAILED)
      stp_fatal("no memory for the copy of the program's state");
    stp_image_place(&program, images);
    stp_image_switch(&program, images);
    displace_thread_locals(&program, &closure, images);
  }
  stp_free(closure.objects);
}
