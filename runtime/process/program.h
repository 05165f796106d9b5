/* A program loaded once for all its processes: the executable and its libraries, their slots
 * filled, and the recipe for the private image that each process gets of their mutable state
 * (include/simterpose/module.h is the contract). */
#ifndef STP_PROGRAM_H
#define STP_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

struct simterpose_module;
struct stp_region;

enum { STP_TLS_ALIGN = 64 }; /* of every thread's block */

/* One instrumented module of a program. */
struct stp_module {
  const struct simterpose_module* descriptor;
  const char* path;
  char* span;       /* page-aligned start of its mutable state, as loaded; no process runs in it */
  size_t span_size; /* whole pages, .bss included */
  size_t file_size; /* leading bytes that are not all zero: what must be copied */
  const uint32_t*
      fixups; /* offsets in the span of pointers into spans of the program, each to be displaced */
  const uint32_t* fixup_module; /* per fix-up: index of the module whose span it points into */
  size_t fixup_count;
  size_t image_offset;      /* of this module's copy, from the start of the images in a region */
  const char* tls_template; /* initial thread-locals (file part), or null */
  size_t tls_file_size, tls_size, tls_align;
  size_t tls_module_id; /* of the dynamic linker, for the kernel thread's own block */
  char* tls_native;     /* the kernel thread's own block; thread-locals are displaced from it */
};

struct stp_program {
  const char* path; /* absolute real path of the executable */
  const char* name; /* its last component */
  struct stp_module*
      modules; /* the executable first, then libraries in initialisation order reversed */
  size_t module_count;
  size_t image_size; /* of all modules' copies, page aligned */
  size_t tls_size;   /* bytes of one thread's block for all modules, alignment included */
  int (*main)(int argc, char** argv, char** envp);
  struct stp_program* next;
};

/* Why a file cannot be emulated; each has one line of advice (stp_program_explain). */
enum stp_program_error {
  STP_PROGRAM_OK,
  STP_PROGRAM_MISSING,
  STP_PROGRAM_UNREADABLE,
  STP_PROGRAM_NOT_ELF,
  STP_PROGRAM_WRONG_MACHINE,
  STP_PROGRAM_NOT_PIE,
  STP_PROGRAM_STATIC,
  STP_PROGRAM_NOT_INSTRUMENTED,
  STP_PROGRAM_OTHER_CONTRACT,
  STP_PROGRAM_NOT_LOADABLE, /* the dynamic linker's own message follows */
};

/* Loads the executable at `path`, or finds it loaded (same file). On failure returns null, with the
 * reason in `error` and a message for the user ("PATH: what is wrong; what to do") in `message`.
 * Maestro or before the run. */
struct stp_program* stp_program_load(const char* path, enum stp_program_error* error, char* message,
                                     size_t message_size);

/* The value for the cell of the DATA row `name` in a new process. Set by the run before the first
 * process starts. */
extern void* (*stp_program_data)(void* libc_variables, const char* name);

/* Gives a fresh region its private images: copies, fix-ups, data cells; sets region->heap_start. */
void stp_program_place(const struct stp_program* program, struct stp_region* region,
                       void* libc_variables);

/* Makes the images in `region` the current ones: writes each module's delta. */
void stp_program_switch(const struct stp_program* program, const struct stp_region* region);

/* Initialises a thread's block of thread-locals (program->tls_size bytes, zeroed); makes one the
 * current one. */
void stp_program_place_tls(const struct stp_program* program, const struct stp_region* region,
                           char* block);
void stp_program_switch_tls(const struct stp_program* program, const char* block);

/* Runs constructors / destructors of the modules in the current process, in order. On the user
 * stack. */
void stp_program_init(const struct stp_program* program, int argc, char** argv, char** envp);
void stp_program_fini(const struct stp_program* program);

/* Where the runtime's function for `name` is (calls/table.c), null if `name` has no row. */
void* stp_call_address(const char* name);

#endif
