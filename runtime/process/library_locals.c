/* The thread-locals of libraries built without the plugin: their code finds them where the dynamic
 * linker has put those of the one kernel thread, so virtual threads exchange the bytes there. */
#include <link.h>
#include <string.h>

#include "process/libraries.h"
#include "process/library.h"
#include "process/object.h"
#include "process/process.h"
#include "process/program.h"

void stp_library_find_locals(struct stp_library* library, const struct stp_object* object) {
  const Elf64_Phdr* const header = stp_object_locals(object);
  if (header == NULL)
    return;
  library->locals_template = object->base + header->p_vaddr;
  library->locals_file_size = header->p_filesz;
  library->locals_size = header->p_memsz;
  library->locals = stp_object_native_locals(object);
}

/* Those that the program was loaded with come first; the thread-locals of later ones stay shared.
 */
size_t stp_library_locals_size(const struct stp_program* program) {
  size_t size = 0;
  for (size_t i = 0; i < program->library_count; i++)
    size += program->libraries[i]->locals_size;
  return size;
}

void stp_library_locals_save(struct stp_thread* thread) {
  const struct stp_program* const program = thread->process->program;
  if (thread->library_locals == NULL)
    thread->library_locals = stp_alloc(program->library_locals_size);
  char* at = thread->library_locals;
  for (size_t i = 0; at < thread->library_locals + program->library_locals_size; i++) {
    const struct stp_library* const library = program->libraries[i];
    memcpy(at, library->locals, library->locals_size);
    at += library->locals_size;
  }
}

static void load_fresh(const struct stp_library* library) {
  memcpy(library->locals, library->locals_template, library->locals_file_size);
  memset(library->locals + library->locals_file_size, 0,
         library->locals_size - library->locals_file_size);
}

void stp_library_locals_load(const struct stp_thread* thread) {
  const struct stp_program* const program = thread->process->program;
  size_t done = 0;
  for (size_t i = 0; done < program->library_locals_size; i++) {
    const struct stp_library* const library = program->libraries[i];
    if (library->locals_size == 0)
      continue;
    if (thread->library_locals == NULL)
      load_fresh(library);
    else
      memcpy(library->locals, thread->library_locals + done, library->locals_size);
    done += library->locals_size;
  }
}
