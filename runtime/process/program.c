/* Loading programs, and the images of their processes in regions. A PIE executable is loaded like a
 * library, from a copy in memory without its DF_1_PIE flag. Its initialisers see the symbol below
 * and leave their work to stp_program_init. */
#include "process/program.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/crash.h"
#include "process/elf.h"
#include "process/image.h"
#include "process/imports.h"
#include "process/libraries.h"
#include "process/object.h"
#include "process/process.h"
#include "process/region.h"
#include "trace/debug.h"
#include "trace/log.h"

/* SIMTERPOSE_PRESENCE of the contract; the command must export it (--export-dynamic-symbol). */
extern const char simterpose_presence;
__attribute__((visibility("default"), used)) const char simterpose_presence = 1;

struct stp_program_calls stp_program_calls;

struct stp_program* stp_programs;

/* ---- loading ---- */

struct loading {
  const char* path; /* as the user gave it */
  const char* real_path;
  char* message;
  size_t message_size;
};

/* What the dynamic linker says, about the program and not about the copy. */
static void explain_dlerror(const struct loading* loading, const char* copy) {
  const char* text = dlerror();
  const size_t length = strlen(copy);
  if (strncmp(text, copy, length) == 0 && strncmp(text + length, ": ", 2) == 0)
    text += length + 2;
  snprintf(loading->message, loading->message_size, "%s: cannot be loaded: %s", loading->path,
           text);
}

/* dlopen from the program's directory, for libraries that it finds relative to itself. */
static void* load_from(const char* directory, const char* copy) {
  const int here = open(".", O_PATH | O_CLOEXEC);
  if (here >= 0 && chdir(directory) != 0)
    stp_info("%s: cannot be entered to look for libraries", directory);
  void* const handle = dlopen(copy, RTLD_NOW | RTLD_LOCAL | STP_OWN_FIRST);
  if (here >= 0 && fchdir(here) != 0)
    stp_fatal("cannot return to the working directory: %s", strerror(errno));
  close(here);
  return handle;
}

/* The copy's descriptor stays open: its path must not come to mean another program. */
static void* load_copy(const struct stp_elf* elf, const char* name, const struct loading* loading) {
  const int fd = stp_elf_loadable_copy(elf, name);
  if (fd < 0) {
    snprintf(loading->message, loading->message_size, "%s: cannot be copied to memory: %s",
             loading->path, strerror(-fd));
    return NULL;
  }
  char copy[64], directory[PATH_MAX];
  snprintf(copy, sizeof copy, "/proc/%d/fd/%d", (int)getpid(), fd); /* a debugger sees it, too */
  snprintf(directory, sizeof directory, "%.*s/",
           (int)(strrchr(loading->real_path, '/') - loading->real_path), loading->real_path);
  void* const handle = load_from(directory, copy);
  stp_elf_loaded(fd);
  if (!handle) {
    explain_dlerror(loading, copy);
    close(fd);
  }
  return handle;
}

static bool check_contracts(const struct stp_closure* closure, const struct loading* loading) {
  for (size_t i = 0; i < closure->count; i++) {
    const struct simterpose_module* descriptor = closure->objects[i].descriptor;
    if (!descriptor || (descriptor->contract == SIMTERPOSE_CONTRACT &&
                        descriptor->size == sizeof(struct simterpose_module)))
      continue;
    snprintf(loading->message, loading->message_size,
             "%s: its library %s was built with the plugin of another version (contract %u, this "
             "is %u); build it again with the simterpose.so of this one",
             loading->path, closure->objects[i].name, descriptor->contract, SIMTERPOSE_CONTRACT);
    return false;
  }
  return true;
}

static enum stp_program_error check_layout(const struct stp_program* program,
                                           const struct loading* loading) {
  const char* wrong = NULL;
  enum stp_program_error error = STP_PROGRAM_NOT_INSTRUMENTED;
  if (!program->main) {
    wrong = "its main was not built with the plugin; build it with clang -fplugin=simterpose.so";
  } else if (program->image_size > (stp_arena.size ? stp_arena.region_size : STP_REGION_SIZE) / 4) {
    wrong = "its global variables, or the distances between its libraries, are too large for the "
            "memory of a process";
    error = STP_PROGRAM_NOT_LOADABLE;
  }
  if (!wrong)
    return STP_PROGRAM_OK;
  snprintf(loading->message, loading->message_size, "%s: %s", loading->path, wrong);
  return error;
}

/* The libraries that keep one state for all processes, or null if there are none. */
static char* name_shared_libraries(const struct stp_closure* closure) {
  char names[1024];
  size_t length = 0;
  for (size_t i = 1; i < closure->count; i++)
    if (stp_library_is_shared(&closure->objects[i]) && length < sizeof names)
      length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", length ? ", " : "",
                                 closure->objects[i].name);
  return length ? stp_strdup(names) : NULL;
}

static enum stp_program_error load(struct stp_program* program, const struct stp_elf* elf,
                                   struct loading* loading) {
  program->path = stp_strdup(loading->real_path);
  program->name = strrchr(program->path, '/') + 1;
  program->handle = load_copy(elf, program->name, loading);
  if (!program->handle)
    return STP_PROGRAM_NOT_LOADABLE;
  struct stp_closure closure = stp_closure_of(program->handle);
  enum stp_program_error error = STP_PROGRAM_OTHER_CONTRACT;
  if (check_contracts(&closure, loading)) {
    stp_image_describe(program, &closure);
    stp_imports_redirect(&closure, program->handle);
    stp_slots_fill(&closure);
    stp_libraries_add(program, &closure);
    program->library_locals_size = stp_library_locals_size(program);
    program->shared_libraries = name_shared_libraries(&closure);
    error = check_layout(program, loading);
  }
  stp_free(closure.objects);
  return error;
}

static struct stp_program* find_loaded(const struct stat* facts) {
  struct stp_program* program = stp_programs;
  while (program &&
         (program->device != facts->st_dev || program->inode != facts->st_ino ||
          program->size != facts->st_size || program->modified.tv_sec != facts->st_mtim.tv_sec ||
          program->modified.tv_nsec != facts->st_mtim.tv_nsec))
    program = program->next;
  return program;
}

struct stp_program* stp_program_loaded(const char* path) {
  struct stat facts;
  return stat(path, &facts) == 0 ? find_loaded(&facts) : NULL;
}

struct stp_program* stp_program_load(const char* path, enum stp_program_error* error, char* message,
                                     size_t message_size) {
  struct stat facts;
  struct stp_elf elf;
  char real_path[PATH_MAX];
  *error = STP_PROGRAM_OK;
  struct stp_program* program = stp_program_loaded(path);
  if (program)
    return program;
  *error = stp_elf_open(&elf, path, message, message_size);
  if (*error != STP_PROGRAM_OK)
    return NULL;
  struct loading loading = {path, real_path, message, message_size};
  program = stp_alloc(sizeof *program);
  if (!realpath(path, real_path) || stat(path, &facts) != 0) {
    snprintf(message, message_size, "%s: cannot be found again", path);
    *error = STP_PROGRAM_MISSING;
  } else {
    stp_libraries_open();
    *error = load(program, &elf, &loading);
    stp_libraries_close();
  }
  stp_elf_close(&elf);
  if (*error != STP_PROGRAM_OK) {
    stp_free((char*)program->path);
    stp_free(program);
    return NULL;
  }
  stp_crash_loaded(program->handle);
  if (program->shared_libraries)
    stp_info("%s: its processes share the globals of libraries that the simulator uses itself: %s",
             program->name, program->shared_libraries);
  program->device = facts.st_dev;
  program->inode = facts.st_ino;
  program->size = facts.st_size;
  program->modified = facts.st_mtim;
  program->next = stp_programs;
  stp_programs = program;
  simterpose_debug_loaded();
  return program;
}

/* ---- images in regions ---- */

void stp_program_place(const struct stp_program* program, struct stp_region* region,
                       void* libc_variables) {
  char* const images = region->stack_top;
  stp_image_place(program, images);
  for (size_t i = 0; i < program->module_count; i++) {
    const struct stp_module* m = &program->modules[i];
    for (const struct simterpose_data* d = m->descriptor->data; d != m->descriptor->data_end; d++) {
      void* const variable = stp_program_calls.data(libc_variables, d->name);
      if (variable)
        memcpy(images + ((char*)d->cell - program->state), &variable, sizeof variable);
    }
  }
  region->heap_start = region->heap_top = images + program->image_size;
}

void stp_program_switch(const struct stp_program* program, const struct stp_region* region) {
  stp_image_switch(program, region->stack_top);
}

void stp_program_place_tls(const struct stp_program* program, const struct stp_region* region,
                           char* block) {
  stp_image_place_tls(program, region->stack_top, block);
}

void stp_program_switch_tls(const struct stp_program* program, const char* block) {
  const uintptr_t start =
      ((uintptr_t)block + program->tls_align - 1) & ~(uintptr_t)(program->tls_align - 1);
  for (size_t i = 0; i < program->module_count; i++) {
    const struct stp_module* module = &program->modules[i];
    if (module->tls_size)
      *module->descriptor->tls_delta =
          (ptrdiff_t)(start + module->tls_offset - (uintptr_t)module->tls_native);
  }
}

/* ---- initialisers ---- */

void stp_program_init(const struct stp_program* program, int argc, char** argv, char** envp) {
  for (size_t i = program->module_count; i-- > 0;)
    for (size_t k = 0; k < program->modules[i].init_count; k++)
      program->modules[i].inits[k].function(argc, argv, envp);
}

void stp_program_fini(const struct stp_program* program) {
  for (size_t i = 0; i < program->module_count; i++)
    for (size_t k = 0; k < program->modules[i].fini_count; k++)
      program->modules[i].finis[k].function(0, NULL, NULL);
}
