/* A program loaded once for all its processes: the executable and its libraries, their slots
 * filled, and the recipe for the private image that each process gets of their mutable state
 * (include/simterpose/module.h is the contract). */
#ifndef STP_PROGRAM_H
#define STP_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "simterpose/module.h"

struct stp_library;
struct stp_region;

enum { STP_TLS_ALIGN = 64 }; /* of every thread's block */

/* A flag of dlopen: a program's own libraries come before the simulator's when its symbols are
 * looked up. AddressSanitizer insists on being first. */
#ifdef __SANITIZE_ADDRESS__
#define STP_OWN_FIRST 0
#else
#define STP_OWN_FIRST RTLD_DEEPBIND
#endif

/* Where pointers lie that point into the state of the program: in a copy, they are displaced. */
struct stp_fixups {
  uint32_t* offsets;
  size_t count;
};

/* One instrumented module of a program. */
struct stp_module {
  const struct simterpose_module* descriptor;
  const char* name; /* for messages */
  char* span;       /* page-aligned start of its mutable state, as loaded; no process runs in it */
  size_t span_size; /* whole pages, .bss included */
  size_t file_size; /* leading bytes that are not all zero: what must be copied */
  struct stp_fixups fixups;
  const char *code, *code_end; /* what of it is executable */
  const char* tls_template;    /* initial thread-locals (file part), or null */
  size_t tls_file_size, tls_size, tls_align;
  struct stp_fixups tls_fixups;
  size_t tls_offset; /* of this module's thread-locals in a thread's block */
  char* tls_native;  /* where its code expects those of the kernel thread: displaced from there */
  struct simterpose_init *inits, *finis; /* in the order to run them in */
  size_t init_count, fini_count;
};

struct stp_program {
  const char* path;           /* absolute real path of the executable */
  const char* name;           /* its last component */
  struct stp_module* modules; /* the executable first; each library after all that need it */
  size_t module_count;
  uint64_t** counters; /* of the work of those modules that count it */
  size_t counter_count;
  char* state;       /* the lowest span: images keep the distances between the modules, */
  size_t image_size; /* ... so that one displacement serves them all; whole pages */
  size_t tls_size;   /* bytes of one thread's block for all modules, alignment included */
  size_t tls_align;
  int (*main)(int argc, char** argv, char** envp);
  struct stp_library** libraries; /* process/libraries.h: those built without the plugin, ... */
  size_t library_count;
  size_t library_locals_size;   /* ... and the bytes of their thread-locals, for each thread */
  const char* shared_libraries; /* those that keep one state for all: names, or null */
  void* handle;                 /* of the dynamic linker, for dlsym */
  uint64_t device, inode;       /* of the file, ... */
  int64_t size;                 /* ... which another content makes another program */
  struct timespec modified;
  struct stp_late_library* late; /* process/late.h: what its processes loaded at run time */
  struct stp_program* next;
};

/* Why a file cannot be emulated. */
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

/* All that have been loaded, the last one first. */
extern struct stp_program* stp_programs;

/* The program of a file that has been loaded as it is now; null if it has not. Anywhere. */
struct stp_program* stp_program_loaded(const char* path);

/* calls.def as the loader sees it: see calls/table.h; and time/loop.h, time/cycles.h. Set before
 * the first program is loaded. */
extern struct stp_program_calls {
  void* (*adapter)(const char* name);
  void* (*guard)(const char* name);
  void* (*data)(void* libc_variables, const char* name);
  simterpose_poll_function* poll;
  simterpose_cycles_function* cycles;
  void* (*unknown)(const char* name);
} stp_program_calls;

/* Gives a fresh region its private images: copies, fix-ups, data cells; sets region->heap_start. */
void stp_program_place(const struct stp_program* program, struct stp_region* region,
                       void* libc_variables);

/* Makes the images in `region` the current ones: writes each module's delta. */
void stp_program_switch(const struct stp_program* program, const struct stp_region* region);

/* Initialises a thread's block of thread-locals (program->tls_size bytes, zeroed, aligned to
 * STP_TLS_ALIGN); makes one the current one. */
void stp_program_place_tls(const struct stp_program* program, const struct stp_region* region,
                           char* block);
void stp_program_switch_tls(const struct stp_program* program, const char* block);

/* Runs constructors / destructors of the modules in the current process, in order. On the user
 * stack. */
void stp_program_init(const struct stp_program* program, int argc, char** argv, char** envp);
void stp_program_fini(const struct stp_program* program);

#endif
