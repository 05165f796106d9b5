/* Objects that the dynamic linker has loaded, as their program headers and dynamic sections
 * describe them; and the closure of a program: the executable and every library it needs. */
#ifndef STP_OBJECT_H
#define STP_OBJECT_H

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>

struct simterpose_module;

struct stp_object {
  const struct link_map* map;
  char* base;       /* what its addresses are relative to */
  const char* name; /* for messages: the soname, or the last component of its path */
  const Elf64_Phdr* headers;
  size_t header_count;
  const Elf64_Sym* symbols;
  const char* strings;
  const Elf64_Rela *relocations, *jumps; /* DT_RELA, DT_JMPREL */
  size_t relocation_count, jump_count;
  const Elf64_Relr* packed; /* DT_RELR */
  size_t packed_count;
  char *start, *end;             /* all of it */
  char *relro_start, *relro_end; /* read-only after relocation, whole pages; null if none */
  size_t tls_module_id;          /* 0 if it has no thread-locals */
  const struct simterpose_module* descriptor; /* null: not built with the plugin */
};

struct stp_closure {
  struct stp_object* objects; /* the executable first; each library after all that need it */
  size_t count;
};

/* The closure of a handle of dlopen. The objects are the caller's, to free with stp_free. */
struct stp_closure stp_closure_of(void* handle);

/* The closure of the program that runs natively (its own link map). */
struct stp_closure stp_closure_of_map(const struct link_map* map);

/* The object of the closure that an address lies in, or null. */
const struct stp_object* stp_closure_find(const struct stp_closure* closure, const void* address);

/* Whether an object comes with libc: what it defines is real, not the program's own. */
bool stp_object_is_libc(const struct stp_object* object);

/* Whether an object is libc proper, the dynamic linker or the simulator: never to be patched. */
bool stp_object_is_untouchable(const struct stp_object* object);

/* Its initial thread-locals, or null if it has none; and where the kernel thread's own are, which
 * its code uses. */
const Elf64_Phdr* stp_object_locals(const struct stp_object* object);
char* stp_object_native_locals(const struct stp_object* object);

/* Calls visit(argument, place) for each place that holds an address relative to where the object
 * was loaded (R_X86_64_RELATIVE, 64, GLOB_DAT, packed or not; procedure linkage apart). */
void stp_object_addresses(const struct stp_object* object, void (*visit)(void*, char*),
                          void* argument);

/* Calls visit(argument, place, symbol, type) for each relocation that refers to a symbol. */
void stp_object_references(const struct stp_object* object,
                           void (*visit)(void*, char* place, const Elf64_Sym* symbol,
                                         unsigned type),
                           void* argument);

/* Makes what is read-only after relocation writable for a while. Returns 0 or -errno. */
int stp_object_unlock(const struct stp_object* object);
void stp_object_lock(const struct stp_object* object);

#endif
