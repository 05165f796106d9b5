/* A library loaded at run time is not part of the program's images: it has a displacement of its
 * own in each process. Pointers in its copy are corrected when it is placed, by looking at what
 * each of them points into. */
#include "process/late.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "process/image.h"
#include "process/imports.h"
#include "process/late_parts.h"
#include "process/libraries.h"
#include "process/object.h"
#include "process/process.h"
#include "process/program.h"
#include "trace/debug.h"

/* A handle that the process opened with RTLD_GLOBAL. */
struct stp_late_global {
  void* handle;
  struct stp_late_global* next;
};

static bool holds(const struct stp_module* module, const char* start, const char* address) {
  return address >= start && address < start + module->span_size;
}

/* ---- where state is ---- */

static ptrdiff_t displacement(const struct stp_late_image* image) {
  return (ptrdiff_t)((uintptr_t)image->copy - (uintptr_t)image->library->module.span);
}

static ptrdiff_t program_displacement(void) {
  return (ptrdiff_t)((uintptr_t)stp_me->region.stack_top - (uintptr_t)stp_me->program->state);
}

static char* moved(const void* address, ptrdiff_t delta) {
  return (char*)((uintptr_t)address + (uintptr_t)delta);
}

void* stp_late_displace(void* address) {
  const struct stp_program* const program = stp_me->program;
  for (size_t i = 0; i < program->module_count; i++)
    if (holds(&program->modules[i], program->modules[i].span, address))
      return moved(address, program_displacement());
  for (const struct stp_late_image* image = stp_me->late; image; image = image->next)
    if (holds(&image->library->module, image->library->module.span, address))
      return moved(address, displacement(image));
  return address;
}

const void* stp_late_as_loaded(const void* address) {
  const struct stp_program* const program = stp_me->program;
  const char* const before = moved(address, -program_displacement());
  for (size_t i = 0; i < program->module_count; i++)
    if (holds(&program->modules[i], program->modules[i].span, before))
      return before;
  for (const struct stp_late_image* image = stp_me->late; image; image = image->next)
    if (holds(&image->library->module, image->copy, address))
      return moved(address, -displacement(image));
  return address;
}

void stp_late_switch(const struct stp_process* process) {
  for (const struct stp_late_image* image = process->late; image; image = image->next)
    *image->library->module.descriptor->delta = displacement(image);
}

/* ---- symbols ---- */

void* stp_late_find(const char* name) {
  void* found = dlsym(stp_me->program->handle, name);
  for (const struct stp_late_global* g = stp_me->late_globals; g && !found; g = g->next)
    found = dlsym(g->handle, name);
  return found;
}

/* Whether an address lies in libc or in any object of the closure, which is given up. */
static bool lies_in(struct stp_closure closure, const void* address, bool* is_libc) {
  const struct stp_object* const object = stp_closure_find(&closure, address);
  *is_libc = object && stp_object_is_libc(object);
  stp_free(closure.objects);
  return object != NULL;
}

bool stp_late_is_foreign(const void* address) {
  bool is_libc;
  if (lies_in(stp_closure_of(stp_me->program->handle), address, &is_libc))
    return is_libc;
  return lies_in(stp_closure_of_map(_r_debug.r_map), address, &is_libc);
}

/* ---- preparing what was loaded, once per program ---- */

static bool is_of_program(const struct stp_program* program, const struct stp_object* object) {
  for (size_t i = 0; i < program->module_count; i++)
    if (program->modules[i].descriptor == object->descriptor)
      return true;
  return false;
}

static struct stp_late_library* find_library(const struct stp_program* program,
                                             const struct stp_object* object) {
  struct stp_late_library* library = program->late;
  while (library && library->module.descriptor != object->descriptor)
    library = library->next;
  return library;
}

static bool is_usable(const struct stp_object* object, char* message, size_t size) {
  const struct simterpose_module* const descriptor = object->descriptor;
  if (descriptor->contract != SIMTERPOSE_CONTRACT || descriptor->size != sizeof *descriptor) {
    snprintf(message, size, "%s: built with the plugin of another version; build it again",
             object->name);
    return false;
  }
  if (stp_object_locals(object)) {
    snprintf(message, size,
             "%s: has thread-local variables, which are not emulated in libraries loaded at run "
             "time; link the program with it",
             object->name);
    return false;
  }
  return true;
}

static bool add_libraries(struct stp_program* program, const struct stp_closure* closure,
                          char* message, size_t size) {
  for (size_t i = 0; i < closure->count; i++) {
    const struct stp_object* const object = &closure->objects[i];
    if (!object->descriptor || is_of_program(program, object) || find_library(program, object))
      continue;
    if (!is_usable(object, message, size))
      return false;
    struct stp_late_library* const library = stp_alloc(sizeof *library);
    library->object = *object;
    stp_image_describe_module(&library->module, object, false);
    library->next = program->late;
    program->late = library;
    simterpose_debug_loaded();
  }
  return true;
}

/* Redirects what the library and the program call; what either defines is the program's own. */
static void connect_calls(const struct stp_program* program, const struct stp_closure* closure,
                          void* handle) {
  struct stp_closure of_program = stp_closure_of(program->handle);
  struct stp_closure all = {stp_alloc((closure->count + of_program.count) * sizeof *all.objects),
                            closure->count + of_program.count};
  memcpy(all.objects, closure->objects, closure->count * sizeof *all.objects);
  memcpy(all.objects + closure->count, of_program.objects, of_program.count * sizeof *all.objects);
  stp_imports_redirect(&all, handle);
  stp_slots_fill(&all);
  stp_free(all.objects);
  stp_free(of_program.objects);
}

/* ---- placing it, once per process ---- */

static bool is_placed(const struct stp_late_library* library) {
  for (const struct stp_late_image* image = stp_me->late; image; image = image->next)
    if (image->library == library)
      return true;
  return false;
}

static void correct(void* argument, char* place) {
  const struct stp_late_image* const image = argument;
  const struct stp_module* const module = &image->library->module;
  if (!holds(module, module->span, place))
    return;
  char* const copy = image->copy + (place - module->span);
  void* address;
  memcpy(&address, copy, sizeof address);
  address = stp_late_displace(address);
  memcpy(copy, &address, sizeof address);
}

static void fill_cells(const struct stp_late_image* image) {
  const struct stp_module* const m = &image->library->module;
  for (const struct simterpose_data* d = m->descriptor->data; d != m->descriptor->data_end; d++) {
    void* const variable = stp_program_calls.data(stp_me->libc, d->name);
    if (variable)
      memcpy(image->copy + ((char*)d->cell - m->span), &variable, sizeof variable);
  }
}

/* Gives the process a copy; pointers are corrected when all copies are there. */
static struct stp_late_image* place(const struct stp_late_library* library) {
  struct stp_late_image* const image = stp_heap_alloc(stp_me->heap, sizeof *image);
  char* const copy =
      image ? stp_region_take(&stp_me->region, library->module.span_size, false) : NULL;
  if (!copy) {
    stp_heap_free(stp_me->heap, image);
    return NULL;
  }
  memcpy(copy, library->module.span, library->module.file_size);
  *image = (struct stp_late_image){library, copy, stp_me->late};
  stp_me->late = image;
  return image;
}

/* Runs the initialisers of the images placed before `last`, the first placed first. */
static void initialise(const struct stp_late_image* image, const struct stp_late_image* last) {
  if (image == last)
    return;
  initialise(image->next, last);
  const struct stp_module* const module = &image->library->module;
  for (size_t i = 0; i < module->init_count; i++)
    module->inits[i].function(stp_me->argc, stp_me->argv, stp_me->libc->environ_);
}

/* Those that others need come last in a closure, and are placed first. */
static bool place_all(const struct stp_closure* closure) {
  const struct stp_late_image* const old = stp_me->late;
  for (size_t i = closure->count; i-- > 0;) {
    const struct stp_object* const object = &closure->objects[i];
    const struct stp_late_library* const library =
        object->descriptor ? find_library(stp_me->program, object) : NULL;
    if (library && !is_placed(library) && !place(library))
      return false;
  }
  for (struct stp_late_image* image = stp_me->late; image != old; image = image->next) {
    stp_object_addresses(&image->library->object, correct, image);
    fill_cells(image);
  }
  stp_late_switch(stp_me);
  initialise(stp_me->late, old);
  return true;
}

/* ---- loading ---- */

/* A library may need symbols of the program, which was loaded for itself alone: the program is then
 * made visible to it (and to all that is loaded later). */
static void* load(const char* name, int flags) {
  void* handle = dlopen(name, flags);
  if (handle || (flags & RTLD_NOLOAD))
    return handle;
  struct link_map* map;
  if (dlinfo(stp_me->program->handle, RTLD_DI_LINKMAP, &map) == 0)
    dlopen(map->l_name, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
  return dlopen(name, flags);
}

static void remember_global(void* handle) {
  struct stp_late_global* const global = stp_heap_alloc(stp_me->heap, sizeof *global);
  if (!global)
    return;
  *global = (struct stp_late_global){handle, stp_me->late_globals};
  stp_me->late_globals = global;
}

void* stp_late_open(const char* name, int flags, char* message, size_t message_size) {
  enum { HANDED_ON = RTLD_GLOBAL | RTLD_NOLOAD };
  void* const handle = load(name, (flags & HANDED_ON) | RTLD_NOW | RTLD_NODELETE | STP_OWN_FIRST);
  if (!handle) {
    const char* const text = dlerror();
    snprintf(message, message_size, "%s", text ? text : "not loaded");
    return NULL;
  }
  struct stp_closure closure = stp_closure_of(handle);
  bool done = add_libraries(stp_me->program, &closure, message, message_size);
  if (done) {
    connect_calls(stp_me->program, &closure, handle);
    stp_libraries_add(stp_me->program, &closure);
    stp_libraries_exchange(stp_me); /* other programs may have loaded them before */
    done = place_all(&closure);
    if (!done)
      snprintf(message, message_size, "%s: no memory left for its state", name);
  }
  stp_free(closure.objects);
  if (done && (flags & RTLD_GLOBAL))
    remember_global(handle);
  return done ? handle : NULL;
}

void stp_late_fini(void) {
  for (const struct stp_late_image* image = stp_me->late; image; image = image->next)
    for (size_t i = 0; i < image->library->module.fini_count; i++)
      image->library->module.finis[i].function(0, NULL, NULL);
}
