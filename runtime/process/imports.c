/* An import of a function that calls.def mediates is redirected if libc, or the simulator, is what
 * it is bound to: a function of that name in the program or its libraries is the program's own. */
#include "process/imports.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "process/object.h"
#include "process/program.h"
#include "trace/log.h"

/* Whether a function of an object is the one that a sanitizer (-fsanitize=address), whose runtime
 * is a part of the object, has put before libc's: that calls the real one, so it must not be used.
 */
static bool is_interceptor(const struct stp_closure* closure, const struct stp_object* object,
                           const char* name) {
  static const char* const prefixes[] = {"__interceptor_",
                                         "___interceptor_"}; /* to LLVM 16; then */
  char symbol[128];
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
    snprintf(symbol, sizeof symbol, "%s%s", prefixes[i], name);
    /* Of what dlopen has loaded along with the program dlsym cannot be asked. */
    const char* const found = dlsym((void*)closure->objects[0].map, symbol);
    if (found >= object->start && found < object->end)
      return true;
  }
  return false;
}

/* Whether an address is that of code of the program's own. C++ names in the table are those of
 * libstdc++. */
static bool is_own(const struct stp_closure* closure, const char* name, const void* address) {
  const struct stp_object* object = stp_closure_find(closure, address);
  return object && !stp_object_is_libc(object) && strncmp(name, "_Z", 2) != 0 &&
         !is_interceptor(closure, object, name);
}

/* ---- GOT entries ---- */

struct import {
  const struct stp_closure* closure;
  const struct stp_object* object;
  void* handle;
};

/* What an import is bound to; one that waits for its first call points to the object's own stub. */
static void* binding(const struct import* import, void* const* place, const Elf64_Sym* symbol,
                     const char* name) {
  const bool waits = symbol->st_shndx == SHN_UNDEF && (char*)*place >= import->object->start &&
                     (char*)*place < import->object->end;
  return waits ? dlsym(import->handle, name) : *place;
}

static void redirect(void* argument, char* place, const Elf64_Sym* symbol, unsigned type) {
  const struct import* import = argument;
  if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT && type != R_X86_64_64)
    return;
  const char* name = import->object->strings + symbol->st_name;
  void* guard = stp_program_calls.guard(name);
  /* Libraries without source may use what is not known: nobody could do anything about it. */
  if (!guard && import->object->descriptor)
    guard = stp_program_calls.unknown(name);
  if (!guard)
    return;
  void** const entry = (void**)place;
  const void* target = binding(import, entry, symbol, name);
  if (target && target != guard && !is_own(import->closure, name, target))
    *entry = guard;
}

void stp_imports_redirect(const struct stp_closure* closure, void* handle) {
  for (size_t i = 0; i < closure->count; i++) {
    const struct stp_object* object = &closure->objects[i];
    if (stp_object_is_untouchable(object))
      continue;
    if (stp_object_unlock(object) != 0) {
      stp_warn("%s: its calls cannot be redirected and stay real", object->name);
      continue;
    }
    struct import import = {closure, object, handle};
    stp_object_references(object, redirect, &import);
    stp_object_lock(object);
  }
}

/* ---- slots ---- */

void stp_slots_fill(const struct stp_closure* closure) {
  for (size_t i = 0; i < closure->count; i++) {
    const struct stp_object* object = &closure->objects[i];
    if (!object->descriptor || stp_object_unlock(object) != 0)
      continue;
    for (const struct simterpose_slot* s = object->descriptor->slots;
         s != object->descriptor->slots_end; s++) {
      if (!*s->slot || is_own(closure, s->name, *s->slot))
        continue;
      void* const address = stp_program_calls.adapter(s->name);
      if (address)
        *s->slot = address;
      else
        stp_warn("%s: %s is not in the table of calls and stays real; was it built with the "
                 "plugin of another version?",
                 object->name, s->name);
    }
    *object->descriptor->poll = stp_program_calls.poll;
    *object->descriptor->cycles = stp_program_calls.cycles;
    stp_object_lock(object);
  }
}
