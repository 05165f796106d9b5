/* The state of libraries built without the plugin, process by process: process/libraries.h. */
#include "process/libraries.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utlist.h>

#include "process/image.h"
#include "process/library.h"
#include "process/object.h"
#include "process/process.h"
#include "process/program.h"
#include "sync/keys.h"
#include "trace/log.h"

/* What a process has of one that it has written to. */
struct stp_library_state {
  struct stp_library* library;
  char* store; /* where it waits while another is in place; of large ones, null while it is */
  struct stp_library_state* next;
};

/* Up to this size bytes are copied, which is faster than to move their pages. */
enum { SMALL = 64 << 10 };

static struct stp_library* libraries;

/* ---- which they are ---- */

static struct stp_library* library_of(const struct link_map* map) {
  struct stp_library* library = libraries;
  while (library != NULL && library->map != map)
    library = library->next;
  return library;
}

static struct stp_library* library_at(const void* address) {
  struct stp_library* library = libraries;
  while (library != NULL && (uintptr_t)address - (uintptr_t)library->span >= library->span_size)
    library = library->next;
  return library;
}

bool stp_libraries_hold(const void* address) { return library_at(address) != NULL; }

static bool needs(const struct stp_object* object, const char* name) {
  for (const Elf64_Dyn* entry = object->map->l_ld; entry->d_tag != DT_NULL; entry++)
    if (entry->d_tag == DT_NEEDED && strcmp(object->strings + entry->d_un.d_val, name) == 0)
      return true;
  return false;
}

/* The simulator calls what it is linked with, and what that is linked with, while processes run. */
static bool serves_simulator(const struct stp_object* object) {
  static struct stp_closure simulator;
  if (simulator.count == 0)
    simulator = stp_closure_of_map(_r_debug.r_map);
  const struct stp_object* const command = &simulator.objects[0];
  bool is_loaded = false, serves = needs(command, object->name);
  for (size_t i = 1; i < simulator.count; i++) {
    const struct stp_object* const other = &simulator.objects[i];
    is_loaded |= other->map == object->map;
    serves |= needs(command, other->name) && needs(other, object->name);
  }
  return is_loaded && serves;
}

bool stp_library_is_shared(const struct stp_object* object) {
  return object->descriptor == NULL && !stp_object_is_libc(object) && serves_simulator(object);
}

static bool is_library(const struct stp_object* object) {
  return object->descriptor == NULL && !stp_object_is_libc(object) && !serves_simulator(object);
}

/* ---- the state as loaded ---- */

static _Noreturn void no_memory(const struct stp_library* library) {
  stp_fatal("no memory for the state of %s: %s", library->name, strerror(errno));
}

static void map_pristine(const struct stp_library* library, int protection, int sharing) {
  if (mmap(library->span, library->span_size, protection, sharing | MAP_FIXED, library->pristine,
           0) == MAP_FAILED)
    no_memory(library);
}

static bool is_zero(const char* page) {
  static const char zeroes[STP_PAGE];
  return memcmp(page, zeroes, STP_PAGE) == 0;
}

/* Between its segments there may be pages that cannot be read: pwrite skips them. */
static void keep_pristine(struct stp_library* library) {
  library->pristine = memfd_create(library->name, MFD_CLOEXEC);
  if (library->pristine < 0 || ftruncate(library->pristine, (off_t)library->span_size) != 0)
    no_memory(library);
  char page[STP_PAGE];
  for (size_t at = 0; at < library->span_size; at += STP_PAGE) {
    if (pwrite(library->pristine, library->span + at, STP_PAGE, (off_t)at) != STP_PAGE) {
      if (errno != EFAULT)
        no_memory(library);
    } else if (pread(library->pristine, page, STP_PAGE, (off_t)at) == STP_PAGE && is_zero(page)) {
      /* Of a large .bss nothing is to be kept. */
      fallocate(library->pristine, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at, STP_PAGE);
    }
  }
}

/* ---- exchanging ---- */

static struct stp_library_state* state_of(const struct stp_process* process,
                                          const struct stp_library* library) {
  struct stp_library_state* state = process->libraries;
  while (state != NULL && state->library != library)
    state = state->next;
  return state;
}

static bool is_small(const struct stp_library* library) { return library->span_size <= SMALL; }

/* Leaves a writable mapping at the place of a small library, and none at that of a large one. */
static void move_away(struct stp_library* library) {
  struct stp_library_state* const state = library->in_place;
  library->in_place = NULL;
  if (state == NULL)
    return;
  if (is_small(library)) {
    memcpy(state->store, library->span, library->span_size);
    return;
  }
  void* const store =
      mmap(NULL, library->span_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (store == MAP_FAILED || mremap(library->span, library->span_size, library->span_size,
                                    MREMAP_MAYMOVE | MREMAP_FIXED, store) == MAP_FAILED)
    no_memory(library);
  state->store = store;
}

static void move_back(struct stp_library* library, struct stp_library_state* state) {
  if (is_small(library)) {
    memcpy(library->span, state->store, library->span_size);
  } else {
    if (mremap(state->store, library->span_size, library->span_size, MREMAP_MAYMOVE | MREMAP_FIXED,
               library->span) == MAP_FAILED)
      no_memory(library);
    state->store = NULL;
  }
  library->in_place = state;
}

static void put_in_place(struct stp_library* library, struct stp_library_state* state) {
  const bool was_pristine = library->in_place == NULL;
  move_away(library);
  if (state == NULL) {
    map_pristine(library, PROT_READ, MAP_PRIVATE);
    return;
  }
  if (was_pristine && is_small(library))
    map_pristine(library, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  move_back(library, state);
}

static struct stp_library_state* new_state(struct stp_library* library,
                                           struct stp_process* process) {
  struct stp_library_state* const state = stp_alloc(sizeof *state);
  state->library = library;
  if (is_small(library))
    state->store = stp_alloc(library->span_size);
  LL_PREPEND(process->libraries, state);
  return state;
}

static void make_own(struct stp_library* library, struct stp_process* process) {
  library->in_place = new_state(library, process);
  library->written = true;
  if (mprotect(library->span, library->span_size, PROT_READ | PROT_WRITE) != 0)
    no_memory(library);
}

/* A debugger would stop at each first store, as at any fault. */
static bool is_debugged(void) {
  static int traced = -1;
  if (traced < 0) {
    char line[128];
    FILE* const status = fopen("/proc/self/status", "re");
    traced = 0;
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
      sscanf(line, "TracerPid: %d", &traced);
    if (status != NULL)
      fclose(status);
  }
  return traced != 0;
}

void stp_libraries_exchange(struct stp_process* process) {
  const struct stp_program* const program = process->program;
  for (size_t i = 0; i < program->library_count; i++) {
    struct stp_library* const library = program->libraries[i];
    if (library->span == NULL || !(library->written || is_debugged()))
      continue;
    struct stp_library_state* const state = state_of(process, library);
    if (library->in_place != state)
      put_in_place(library, state);
    if (state == NULL && is_debugged())
      make_own(library, process);
  }
}

bool stp_libraries_written(const void* address) {
  struct stp_library* const library = library_at(address);
  if (library == NULL || library->in_place != NULL || stp_self == NULL)
    return false;
  make_own(library, stp_me);
  return true;
}

void* stp_libraries_alias(const struct stp_process* process, const void* address) {
  struct stp_library* const library = library_at(address);
  const struct stp_library_state* const state = library == NULL ? NULL : state_of(process, library);
  if (state == NULL || library->in_place == state)
    return (void*)address;
  return state->store + ((const char*)address - library->span);
}

/* ---- programs ---- */

void stp_libraries_open(void) {
  stp_keys_watch();
  for (struct stp_library* library = libraries; library != NULL; library = library->next)
    if (library->span != NULL) {
      library->aside = library->in_place;
      move_away(library);
      map_pristine(library, PROT_READ | PROT_WRITE, MAP_SHARED);
    }
}

void stp_libraries_close(void) {
  stp_keys_adopt();
  for (struct stp_library* library = libraries; library != NULL; library = library->next)
    if (library->span != NULL) {
      put_in_place(library, library->aside);
      library->aside = NULL;
    }
}

/* What constructors gave to the real atexit, and destructors, would run on what processes have left
 * in blocks that all share. */
static void leave(int status, void* unused) {
  (void)unused;
  fflush(NULL);
  _exit(status);
}

static struct stp_library* add_library(const struct stp_object* object) {
  if (libraries == NULL)
    on_exit(leave, NULL);
  struct stp_library* const library = stp_alloc(sizeof *library);
  char* file_end;
  library->map = object->map;
  library->name = stp_strdup(object->name);
  library->span = stp_image_span(object, &library->span_size, &file_end);
  if (library->span != NULL) {
    keep_pristine(library);
    map_pristine(library, PROT_READ, MAP_PRIVATE);
  }
  stp_library_find_locals(library, object);
  LL_PREPEND(libraries, library);
  return library;
}

static bool has_library(const struct stp_program* program, const struct stp_library* library) {
  for (size_t i = 0; i < program->library_count; i++)
    if (program->libraries[i] == library)
      return true;
  return false;
}

void stp_libraries_add(struct stp_program* program, const struct stp_closure* closure) {
  struct stp_library** const all =
      stp_alloc((program->library_count + closure->count) * sizeof(struct stp_library*));
  if (program->library_count > 0)
    memcpy(all, program->libraries, program->library_count * sizeof(struct stp_library*));
  stp_free(program->libraries);
  program->libraries = all;
  for (size_t i = 0; i < closure->count; i++) {
    const struct stp_object* const object = &closure->objects[i];
    if (!is_library(object))
      continue;
    struct stp_library* library = library_of(object->map);
    if (library == NULL)
      library = add_library(object);
    if (!has_library(program, library))
      all[program->library_count++] = library;
  }
}

/* ---- the life of a process ---- */

static void drop(struct stp_process* process) {
  struct stp_library_state *state, *next;
  LL_FOREACH_SAFE(process->libraries, state, next) {
    struct stp_library* const library = state->library;
    if (library->in_place == state) {
      library->in_place = NULL;
      map_pristine(library, PROT_READ, MAP_PRIVATE);
    } else if (!is_small(library)) {
      munmap(state->store, library->span_size);
    }
    if (is_small(library))
      stp_free(state->store);
    stp_free(state);
  }
  process->libraries = NULL;
}

static void copy(struct stp_process* child, struct stp_process* parent) {
  const struct stp_library_state* state;
  LL_FOREACH(parent->libraries, state) {
    struct stp_library* const library = state->library;
    const char* const from = stp_libraries_alias(parent, library->span);
    struct stp_library_state* const own = new_state(library, child);
    if (!is_small(library))
      own->store = mmap(NULL, library->span_size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (own->store == MAP_FAILED)
      no_memory(library);
    for (size_t at = 0; at < library->span_size; at += STP_PAGE)
      if (!is_zero(from + at))
        memcpy(own->store + at, from + at, STP_PAGE);
  }
}

void stp_libraries_give(struct stp_process* child, struct stp_process* parent) {
  struct stp_library_state* const parents = parent->libraries;
  parent->libraries = child->libraries;
  child->libraries = parents;
}

const struct stp_process_hooks stp_library_hooks = {.end = drop, .fork = copy, .exec = drop};
