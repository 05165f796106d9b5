/* What the dynamic linker knows: link maps and program headers. It has checked them already. */
#include "process/object.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "process/process.h"
#include "process/region.h"
#include "simterpose/module.h"
#include "trace/log.h"

static const char* last_component(const char* path) {
  const char* slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* ---- one object ---- */

/* The dynamic linker adds the base to the addresses of most dynamic sections, in place. */
static void* rebase(const struct stp_object* object, uint64_t address) {
  return address < (uintptr_t)object->base ? object->base + address : (char*)address;
}

static void read_dynamic(struct stp_object* object) {
  const char* soname = NULL;
  size_t soname_offset = 0;
  for (const Elf64_Dyn* entry = object->map->l_ld; entry->d_tag != DT_NULL; entry++) {
    const uint64_t value = entry->d_un.d_val;
    switch (entry->d_tag) {
    case DT_SYMTAB:
      object->symbols = rebase(object, value);
      break;
    case DT_STRTAB:
      object->strings = rebase(object, value);
      break;
    case DT_RELA:
      object->relocations = rebase(object, value);
      break;
    case DT_RELASZ:
      object->relocation_count = value / sizeof(Elf64_Rela);
      break;
    case DT_JMPREL:
      object->jumps = rebase(object, value);
      break;
    case DT_PLTRELSZ:
      object->jump_count = value / sizeof(Elf64_Rela);
      break;
    case DT_RELR:
      object->packed = rebase(object, value);
      break;
    case DT_RELRSZ:
      object->packed_count = value / sizeof(Elf64_Relr);
      break;
    case DT_SONAME:
      soname = "";
      soname_offset = value;
      break;
    default:
      break;
    }
  }
  object->name = soname && object->strings ? object->strings + soname_offset
                                           : last_component(object->map->l_name);
}

static void find_descriptor(struct stp_object* object, const Elf64_Phdr* segment) {
  const size_t alignment = segment->p_align == 8 ? 8 : 4;
  const char* start = object->base + segment->p_vaddr;
  for (size_t offset = 0; offset + sizeof(Elf64_Nhdr) <= segment->p_memsz;) {
    const Elf64_Nhdr* note = (const Elf64_Nhdr*)(start + offset);
    const size_t name = offset + sizeof *note;
    const size_t value = (name + note->n_namesz + alignment - 1) & ~(alignment - 1);
    if (note->n_type == SIMTERPOSE_NOTE_TYPE && note->n_namesz == sizeof SIMTERPOSE_NOTE_NAME &&
        memcmp(start + name, SIMTERPOSE_NOTE_NAME, sizeof SIMTERPOSE_NOTE_NAME) == 0) {
      int64_t distance;
      memcpy(&distance, start + value, sizeof distance);
      object->descriptor = (const struct simterpose_module*)(start + value + distance);
      return;
    }
    offset = (value + note->n_descsz + alignment - 1) & ~(alignment - 1);
  }
}

static void read_headers(struct stp_object* object) {
  for (const Elf64_Phdr* h = object->headers; h < object->headers + object->header_count; h++) {
    char *start = object->base + h->p_vaddr, *end = start + h->p_memsz;
    if (h->p_type == PT_LOAD) {
      if (!object->start || start < object->start)
        object->start = start;
      if (end > object->end)
        object->end = end;
    } else if (h->p_type == PT_GNU_RELRO) {
      object->relro_start = (char*)((uintptr_t)start & ~(uintptr_t)(STP_PAGE - 1));
      object->relro_end = (char*)((uintptr_t)end & ~(uintptr_t)(STP_PAGE - 1));
    } else if (h->p_type == PT_NOTE && !object->descriptor) {
      find_descriptor(object, h);
    }
  }
}

/* ---- the closure ---- */

static bool has_name(const struct link_map* map, const char* name) {
  if (strcmp(map->l_name, name) == 0 || strcmp(last_component(map->l_name), name) == 0)
    return true;
  const struct stp_object probe = {.map = map, .base = (char*)map->l_addr};
  struct stp_object object = probe;
  read_dynamic(&object);
  return strcmp(object.name, name) == 0;
}

/* Of several with one name, the one loaded last. */
static const struct link_map* find_map(const struct link_map* any, const char* name) {
  while (any->l_next)
    any = any->l_next;
  while (any && !has_name(any, name))
    any = any->l_prev;
  return any;
}

static bool contains(const struct stp_closure* closure, const struct link_map* map) {
  for (size_t i = 0; i < closure->count; i++)
    if (closure->objects[i].map == map)
      return true;
  return false;
}

static void append(struct stp_closure* closure, const struct stp_object* object) {
  struct stp_object* objects = stp_alloc((closure->count + 1) * sizeof *objects);
  if (closure->count)
    memcpy(objects, closure->objects, closure->count * sizeof *objects);
  objects[closure->count++] = *object;
  stp_free(closure->objects);
  closure->objects = objects;
}

/* Depth first, an object after those it needs. `visited` keeps cycles from going on for ever. */
static void collect(struct stp_closure* closure, struct stp_closure* visited,
                    const struct link_map* map) {
  if (contains(visited, map))
    return;
  struct stp_object object = {.map = map, .base = (char*)map->l_addr};
  append(visited, &object);
  read_dynamic(&object);
  for (const Elf64_Dyn* entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
    if (entry->d_tag != DT_NEEDED)
      continue;
    const struct link_map* needed = find_map(map, object.strings + entry->d_un.d_val);
    if (needed)
      collect(closure, visited, needed);
  }
  append(closure, &object);
}

static int add_headers(struct dl_phdr_info* info, size_t size, void* argument) {
  struct stp_closure* closure = argument;
  (void)size;
  const char* dynamic = NULL;
  for (size_t i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
      dynamic = (char*)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
  for (struct stp_object* o = closure->objects; o < closure->objects + closure->count; o++)
    if ((const char*)o->map->l_ld == dynamic) {
      o->headers = info->dlpi_phdr;
      o->header_count = info->dlpi_phnum;
      o->tls_module_id = info->dlpi_tls_modid;
      read_headers(o);
    }
  return 0;
}

struct stp_closure stp_closure_of_map(const struct link_map* map) {
  struct stp_closure closure = {0}, visited = {0};
  collect(&closure, &visited, map);
  stp_free(visited.objects);
  for (size_t i = 0; i < closure.count / 2; i++) {
    struct stp_object object = closure.objects[i];
    closure.objects[i] = closure.objects[closure.count - 1 - i];
    closure.objects[closure.count - 1 - i] = object;
  }
  dl_iterate_phdr(add_headers, &closure);
  return closure;
}

struct stp_closure stp_closure_of(void* handle) {
  struct link_map* map;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
    stp_fatal("the dynamic linker does not know what it loaded: %s", dlerror());
  return stp_closure_of_map(map);
}

const struct stp_object* stp_closure_find(const struct stp_closure* closure, const void* address) {
  for (size_t i = 0; i < closure->count; i++)
    if ((const char*)address >= closure->objects[i].start &&
        (const char*)address < closure->objects[i].end)
      return &closure->objects[i];
  return NULL;
}

static bool has_any_name(const struct stp_object* object, const char* const* names) {
  while (*names && strcmp(object->name, *names) != 0)
    names++;
  return *names != NULL;
}

bool stp_object_is_libc(const struct stp_object* object) {
  static const char* const names[] = {"libc.so.6",    "ld-linux-x86-64.so.2", "libm.so.6",
                                      "libmvec.so.1", "libpthread.so.0",      "libdl.so.2",
                                      "librt.so.1",   "libresolv.so.2",       "libanl.so.1",
                                      "libutil.so.1", "libnsl.so.1",          NULL};
  return has_any_name(object, names);
}

bool stp_object_is_untouchable(const struct stp_object* object) {
  static const char* const calls_out[] = {"libresolv.so.2", "libanl.so.1", "libutil.so.1",
                                          "libnsl.so.1", NULL};
  return (stp_object_is_libc(object) && !has_any_name(object, calls_out)) ||
         strncmp(object->name, "libsimgrid", strlen("libsimgrid")) == 0;
}

/* ---- thread-locals ---- */

/* Exported by the dynamic linker for code that it links. */
void* __tls_get_addr(size_t where[2]);

const Elf64_Phdr* stp_object_locals(const struct stp_object* object) {
  for (size_t i = 0; i < object->header_count; i++)
    if (object->headers[i].p_type == PT_TLS && object->headers[i].p_memsz > 0)
      return &object->headers[i];
  return NULL;
}

/* Asking makes the dynamic linker's entry for them. */
char* stp_object_native_locals(const struct stp_object* object) {
  return __tls_get_addr((size_t[]){object->tls_module_id, 0});
}

/* ---- relocations ---- */

void stp_object_addresses(const struct stp_object* object, void (*visit)(void*, char*),
                          void* argument) {
  for (size_t i = 0; i < object->relocation_count; i++) {
    const unsigned type = ELF64_R_TYPE(object->relocations[i].r_info);
    if (type == R_X86_64_RELATIVE || type == R_X86_64_64 || type == R_X86_64_GLOB_DAT)
      visit(argument, object->base + object->relocations[i].r_offset);
  }
  /* An even entry is an address; an odd one a bitmap of the 63 words that follow it. */
  char* place = object->base;
  for (size_t i = 0; i < object->packed_count; i++) {
    const Elf64_Relr entry = object->packed[i];
    if ((entry & 1) == 0) {
      place = object->base + entry;
      visit(argument, place);
      place += sizeof(Elf64_Addr);
      continue;
    }
    for (unsigned bit = 1; bit < 64; bit++)
      if (entry >> bit & 1)
        visit(argument, place + (bit - 1) * sizeof(Elf64_Addr));
    place += 63 * sizeof(Elf64_Addr);
  }
}

static void visit_references(const struct stp_object* object, const Elf64_Rela* relocations,
                             size_t count, void (*visit)(void*, char*, const Elf64_Sym*, unsigned),
                             void* argument) {
  for (size_t i = 0; i < count; i++) {
    const size_t symbol = ELF64_R_SYM(relocations[i].r_info);
    if (symbol)
      visit(argument, object->base + relocations[i].r_offset, &object->symbols[symbol],
            (unsigned)ELF64_R_TYPE(relocations[i].r_info));
  }
}

void stp_object_references(const struct stp_object* object,
                           void (*visit)(void*, char*, const Elf64_Sym*, unsigned),
                           void* argument) {
  visit_references(object, object->relocations, object->relocation_count, visit, argument);
  visit_references(object, object->jumps, object->jump_count, visit, argument);
}

/* ---- what is read-only after relocation ---- */

int stp_object_unlock(const struct stp_object* object) {
  const size_t size = (size_t)(object->relro_end - object->relro_start);
  if (object->relro_end > object->relro_start &&
      mprotect(object->relro_start, size, PROT_READ | PROT_WRITE) != 0)
    return -errno;
  return 0;
}

void stp_object_lock(const struct stp_object* object) {
  if (object->relro_end > object->relro_start)
    mprotect(object->relro_start, (size_t)(object->relro_end - object->relro_start), PROT_READ);
}
