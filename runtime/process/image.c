/* A module's mutable state is its span: from the end of what is read-only after relocation (RELRO),
 * or else from the start of its writable segments, to the end of .bss. The copy keeps offsets, so
 * everything in it is reached by adding one displacement. What must be corrected in a copy are the
 * pointers into spans, and the module's dynamic relocations list them all. */
#include "process/image.h"

#include <stdlib.h>
#include <string.h>

#include "process/object.h"
#include "process/process.h"
#include "process/program.h"
#include "process/region.h"

static size_t align_up(size_t value, size_t alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

/* ---- spans ---- */

static void copied_variable(void* argument, char* place, const Elf64_Sym* symbol, unsigned type) {
  char** end = argument;
  if (type == R_X86_64_COPY && place + symbol->st_size > *end)
    *end = place + symbol->st_size;
}

/* End of what may not be zero: the file's part, and variables of libraries copied into .bss. */
static size_t used_size(const struct stp_object* object, const char* span, char* file_end) {
  stp_object_references(object, copied_variable, &file_end);
  while (file_end > span && file_end[-1] == 0)
    file_end--;
  return (size_t)(file_end - span);
}

static void find_code(struct stp_module* module, const struct stp_object* object) {
  for (size_t i = 0; i < object->header_count; i++) {
    const Elf64_Phdr* h = &object->headers[i];
    if (h->p_type != PT_LOAD || !(h->p_flags & PF_X))
      continue;
    const char *const first = object->base + h->p_vaddr, *const last = first + h->p_memsz;
    if (!module->code || first < module->code)
      module->code = first;
    if (last > module->code_end)
      module->code_end = last;
  }
}

char* stp_image_span(const struct stp_object* object, size_t* size, char** file_end) {
  char *start = NULL, *end = NULL;
  *file_end = NULL;
  *size = 0;
  for (size_t i = 0; i < object->header_count; i++) {
    const Elf64_Phdr* h = &object->headers[i];
    if (h->p_type != PT_LOAD || !(h->p_flags & PF_W))
      continue;
    char *first = object->base + h->p_vaddr, *last = first + h->p_memsz;
    if (first >= object->relro_start && first < object->relro_end)
      first = object->relro_end;
    if (first >= last)
      continue;
    if (!start || first < start)
      start = first;
    if (last > end)
      end = last;
    if (object->base + h->p_vaddr + h->p_filesz > *file_end)
      *file_end = object->base + h->p_vaddr + h->p_filesz;
  }
  if (!start)
    return NULL;
  char* const span = (char*)((uintptr_t)start & ~(uintptr_t)(STP_PAGE - 1));
  *size = align_up((size_t)(end - span), STP_PAGE);
  return span;
}

static void find_span(struct stp_module* module, const struct stp_object* object) {
  char* file_end;
  module->span = stp_image_span(object, &module->span_size, &file_end);
  module->file_size = file_end > module->span ? used_size(object, module->span, file_end) : 0;
}

/* ---- thread-locals ---- */

static char* thread_pointer(void) {
  char* pointer;
  __asm__("mov %%fs:0, %0" : "=r"(pointer));
  return pointer;
}

/* Where libraries will find the thread-locals of a module: the dynamic linker's table of blocks is
 * the second word of what the thread pointer points to. */
static void tell_dynamic_linker(const struct stp_object* object, char* block) {
  void*(*blocks)[2];
  stp_object_native_locals(object); /* makes the entry */
  __asm__("mov %%fs:8, %0" : "=r"(blocks));
  blocks[object->tls_module_id][0] = block;
}

/* The code of an executable was linked for a block that ends at the thread pointer, wherever it is
 * loaded; that of a library asks the dynamic linker. */
static void find_thread_locals(struct stp_module* module, const struct stp_object* object,
                               bool executable) {
  const Elf64_Phdr* const h = stp_object_locals(object);
  if (!h)
    return;
  module->tls_template = object->base + h->p_vaddr;
  module->tls_file_size = h->p_filesz;
  module->tls_size = h->p_memsz;
  module->tls_align = h->p_align ? h->p_align : 1;
  if (executable) {
    module->tls_native = thread_pointer() - align_up(module->tls_size, module->tls_align);
    tell_dynamic_linker(object, module->tls_native);
  } else {
    module->tls_native = stp_object_native_locals(object);
  }
}

static void lay_out_thread_locals(struct stp_program* program) {
  size_t end = 0;
  program->tls_align = STP_TLS_ALIGN;
  for (struct stp_module* m = program->modules; m < program->modules + program->module_count; m++) {
    if (m->tls_size == 0)
      continue;
    m->tls_offset = align_up(end, m->tls_align);
    end = m->tls_offset + m->tls_size;
    if (m->tls_align > program->tls_align)
      program->tls_align = m->tls_align;
  }
  program->tls_size = end == 0 ? 0 : end + program->tls_align - STP_TLS_ALIGN;
}

/* ---- fix-ups ---- */

struct search {
  const struct stp_program* program;
  const char* start; /* of the pointers wanted */
  size_t size;
  struct stp_fixups* found;
  size_t capacity;
};

/* Whether an address lies in a span or is the end of one. */
static bool is_state(const struct stp_program* program, const char* address) {
  for (size_t i = 0; i < program->module_count; i++)
    if (address >= program->modules[i].span &&
        address <= program->modules[i].span + program->modules[i].span_size)
      return program->modules[i].span_size > 0;
  return false;
}

static void add_fixup(void* argument, char* place) {
  struct search* search = argument;
  if (place < search->start || place >= search->start + search->size)
    return;
  const char* address;
  memcpy(&address, place, sizeof address);
  if (!is_state(search->program, address))
    return;
  struct stp_fixups* found = search->found;
  if (found->count == search->capacity) {
    search->capacity = search->capacity ? 2 * search->capacity : 64;
    uint32_t* offsets = stp_alloc(search->capacity * sizeof *offsets);
    if (found->count)
      memcpy(offsets, found->offsets, found->count * sizeof *offsets);
    stp_free(found->offsets);
    found->offsets = offsets;
  }
  found->offsets[found->count++] = (uint32_t)(place - search->start);
}

static void find_fixups(const struct stp_program* program, struct stp_module* module,
                        const struct stp_object* object) {
  struct search in_span = {program, module->span, module->span_size, &module->fixups, 0};
  stp_object_addresses(object, add_fixup, &in_span);
  struct search in_template = {program, module->tls_template, module->tls_file_size,
                               &module->tls_fixups, 0};
  if (module->tls_template)
    stp_object_addresses(object, add_fixup, &in_template);
}

/* ---- initialisers ---- */

static const struct simterpose_init* compared; /* the list being sorted */

static int by_priority(const void* a, const void* b) {
  const size_t i = *(const size_t*)a, k = *(const size_t*)b;
  if (compared[i].priority != compared[k].priority)
    return compared[i].priority < compared[k].priority ? -1 : 1;
  return i < k ? -1 : i > k;
}

/* A copy of the list, by rising priority and then as linked; the other way round for finalisers. */
static struct simterpose_init* sort(const struct simterpose_init* start,
                                    const struct simterpose_init* end, bool reverse,
                                    size_t* count) {
  *count = start ? (size_t)(end - start) : 0;
  if (*count == 0)
    return NULL;
  size_t* order = stp_alloc(*count * sizeof *order);
  for (size_t i = 0; i < *count; i++)
    order[i] = i;
  compared = start;
  qsort(order, *count, sizeof *order, by_priority);
  struct simterpose_init* sorted = stp_alloc(*count * sizeof *sorted);
  for (size_t i = 0; i < *count; i++)
    sorted[reverse ? *count - 1 - i : i] = start[order[i]];
  stp_free(order);
  return sorted;
}

/* ---- the interface ---- */

void stp_image_describe_module(struct stp_module* module, const struct stp_object* object,
                               bool executable) {
  const struct simterpose_module* descriptor = object->descriptor;
  module->descriptor = descriptor;
  module->name = object->name;
  find_code(module, object);
  find_span(module, object);
  find_thread_locals(module, object, executable);
  module->inits = sort(descriptor->inits, descriptor->inits_end, false, &module->init_count);
  module->finis = sort(descriptor->finis, descriptor->finis_end, true, &module->fini_count);
}

static void lay_out_images(struct stp_program* program) {
  char* end = NULL;
  for (struct stp_module* m = program->modules; m < program->modules + program->module_count; m++) {
    if (m->span_size == 0)
      continue;
    if (!program->state || m->span < program->state)
      program->state = m->span;
    if (m->span + m->span_size > end)
      end = m->span + m->span_size;
  }
  program->image_size = (size_t)(end - program->state);
}

void stp_image_describe(struct stp_program* program, const struct stp_closure* closure) {
  program->modules = stp_alloc(closure->count * sizeof *program->modules);
  for (size_t i = 0; i < closure->count; i++)
    if (closure->objects[i].descriptor)
      stp_image_describe_module(&program->modules[program->module_count++], &closure->objects[i],
                                i == 0);
  lay_out_images(program);
  lay_out_thread_locals(program);
  size_t index = 0;
  for (size_t i = 0; i < closure->count; i++)
    if (closure->objects[i].descriptor)
      find_fixups(program, &program->modules[index++], &closure->objects[i]);
  program->main = program->modules[0].descriptor->main;
  program->counters = stp_alloc(program->module_count * sizeof *program->counters);
  for (size_t i = 0; i < program->module_count; i++)
    if (program->modules[i].descriptor->work)
      program->counters[program->counter_count++] = program->modules[i].descriptor->work;
}

static ptrdiff_t displacement(const struct stp_program* program, const char* images) {
  return (ptrdiff_t)((uintptr_t)images - (uintptr_t)program->state);
}

static void fix(const struct stp_fixups* fixups, char* copy, ptrdiff_t delta) {
  for (size_t i = 0; i < fixups->count; i++) {
    uintptr_t address;
    memcpy(&address, copy + fixups->offsets[i], sizeof address);
    address += (uintptr_t)delta;
    memcpy(copy + fixups->offsets[i], &address, sizeof address);
  }
}

void stp_image_place(const struct stp_program* program, char* images) {
  const ptrdiff_t delta = displacement(program, images);
  for (size_t i = 0; i < program->module_count; i++) {
    const struct stp_module* module = &program->modules[i];
    char* copy = images + (module->span - program->state);
    memcpy(copy, module->span, module->file_size);
    fix(&module->fixups, copy, delta);
  }
}

void stp_image_switch(const struct stp_program* program, const char* images) {
  const ptrdiff_t delta = displacement(program, images);
  for (size_t i = 0; i < program->module_count; i++)
    *program->modules[i].descriptor->delta = delta;
}

void stp_image_place_tls(const struct stp_program* program, const char* images, char* block) {
  const ptrdiff_t delta = displacement(program, images);
  block = (char*)align_up((uintptr_t)block, program->tls_align);
  for (size_t i = 0; i < program->module_count; i++) {
    const struct stp_module* module = &program->modules[i];
    if (module->tls_size == 0)
      continue;
    memcpy(block + module->tls_offset, module->tls_template, module->tls_file_size);
    fix(&module->tls_fixups, block + module->tls_offset, delta);
  }
}

void stp_image_displace_native_tls(const struct stp_program* program, const char* images) {
  const ptrdiff_t delta = displacement(program, images);
  for (size_t i = 0; i < program->module_count; i++) {
    const struct stp_module* module = &program->modules[i];
    fix(&module->tls_fixups, module->tls_native, delta);
    fix(&module->tls_fixups, (char*)module->tls_template, delta);
  }
}
