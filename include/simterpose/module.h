/* The contract between the plugin and the runtime: what every instrumented module (an executable or
 * a shared library) carries, and where the runtime finds it.
 *
 * The plugin emits these records unit by unit into sections whose names are C identifiers, so the
 * linker gathers them and defines __start_NAME and __stop_NAME. One descriptor per module, found
 * through an ELF note that survives strip. Nothing here is read natively: an instrumented program
 * needs no library of ours.
 *
 * Any change of a layout or a meaning below increments SIMTERPOSE_CONTRACT. */
#ifndef SIMTERPOSE_MODULE_H
#define SIMTERPOSE_MODULE_H

#include <stddef.h>
#include <stdint.h>

#define SIMTERPOSE_CONTRACT 4

/* The note: section .note.simterpose, name "Simterpose", this type. Its 8-byte descriptor is the
 * signed distance from the descriptor's own first byte to the module's struct simterpose_module. */
#define SIMTERPOSE_NOTE_NAME "Simterpose"
#define SIMTERPOSE_NOTE_TYPE 0x53494d54 /* "SIMT" */

/* An instrumented module refers to this symbol weakly. It is defined by the simterpose command
 * only: where it is absent (natively), static initialisers and finalisers run as usual; where it is
 * present, they leave the work to the runtime. */
#define SIMTERPOSE_PRESENCE "simterpose_presence"

/* How a program reaches its state. Private globals are those that lie in the span of a module, from
 * the end of RELRO to the end of .bss. Code reaches the ones that its own unit defines by adding
 * *delta to their address. It reaches all others through a private pointer, simterpose.cell.NAME,
 * which is like any pointer in an initialiser: where it holds an address in (or at the end of) a
 * span of the program, the copy in the process's image is displaced, as the relocations tell. So a
 * variable is private or shared by where the linker and the dynamic linker have put it, copy
 * relocations included, and variables of libc are shared. Slots, records and
 * displacements themselves are used where they were loaded. */

/* Section simterpose_slots: the indirection through which the module calls the mediated function
 * `name`. Natively *slot is the address that the linker gave to `name`; if that lies in a module of
 * the program, the program defines it itself and the runtime leaves it alone. Slots are not
 * displaced. */
struct simterpose_slot {
  const char* name;
  void** slot;
};

/* Section simterpose_data: a place where the module holds the address of the variable `name` of
 * libc (a DATA row): the cell through which code reaches it, or a word of an initialiser. The place
 * is private, so that a process reads *(cell + delta): the runtime puts the process's own there. */
struct simterpose_data {
  const char* name;
  void** cell;
};

/* Sections simterpose_inits and simterpose_finis: constructors and destructors of the module, in
 * link order; run the initialisers by rising priority (stable), the finalisers by falling priority
 * in reverse order. */
struct simterpose_init {
  void (*function)(int argc, char** argv, char** envp);
  uint64_t priority; /* 65535 unless the source says otherwise */
};

/* Section simterpose_sites: a place in the source that uses a call which the table marks REFUSED,
 * or that cannot be emulated for another reason. `line` is 0 where the unit was compiled without
 * locations. */
struct simterpose_site {
  const char* name; /* the call, or "asm" */
  const char* file;
  uint64_t line;
};

/* Polls. A loop that may run for long without a mediated call calls *poll from time to
 * time, unless it is null, as natively. `what` is the number of iterations between two polls, plus
 * what the loop seems to do, plus SIMTERPOSE_POLL_AGAIN unless it has been entered since it last
 * polled. A poll may be called anywhere in the code of a program; by
 * the calling convention preserve_all, it preserves all registers but r11. */
enum {
  SIMTERPOSE_POLL_AGAIN = 1,
  SIMTERPOSE_POLL_COMPUTING = 0, /* its own doing may end it */
  SIMTERPOSE_POLL_WAITING = 2,   /* waits for a volatile or atomic variable, or has no end */
  SIMTERPOSE_POLL_SPINNING = 4,  /* the same, and does nothing meanwhile that others could see */
  SIMTERPOSE_POLL_KIND = 6,
  SIMTERPOSE_POLL_ITERATIONS = ~15
};
typedef void simterpose_poll_function(uint32_t what);

/* The processor's counter of cycles, at a fixed rate, and the number of the processor. Code that
 * reads them (rdtsc, rdtscp) calls *cycles instead, unless it is null, as natively. */
struct simterpose_cycles {
  uint64_t count, processor;
};
typedef struct simterpose_cycles simterpose_cycles_function(void);

/* The descriptor. Bounds of an absent section are null. */
struct simterpose_module {
  uint32_t contract; /* SIMTERPOSE_CONTRACT of the plugin that built the module; never moves */
  uint32_t size;     /* sizeof(struct simterpose_module) */
  const struct simterpose_slot* slots;
  const struct simterpose_slot* slots_end;
  const struct simterpose_data* data;
  const struct simterpose_data* data_end;
  const struct simterpose_init* inits;
  const struct simterpose_init* inits_end;
  const struct simterpose_init* finis;
  const struct simterpose_init* finis_end;
  const struct simterpose_site* sites;
  const struct simterpose_site* sites_end;
  /* Bytes to add to the address of a private global to reach the running process's copy. The
   * runtime writes it when another process starts running; it is constant while one runs. Natively
   * 0. */
  ptrdiff_t* delta;
  /* The same for thread-locals, from the kernel thread's own block to the running virtual thread's.
   * The code of an executable is linked for a block that ends at the thread pointer, although the
   * dynamic linker puts it elsewhere when a program loads it. Thread-locals of other modules are
   * displaced by what simterpose.tls.NAME points to, which the module that defines NAME exports. */
  ptrdiff_t* tls_delta;
  simterpose_poll_function** poll;
  /* Work that the module's code has done, in thousandths of an abstract cycle (plugin/cost.cpp):
   * code adds to it, the runtime takes from it. Null: it was compiled without counting. */
  uint64_t* work;
  simterpose_cycles_function** cycles;
  int (*main)(int argc, char** argv, char** envp); /* null in a shared library */
};

#endif
