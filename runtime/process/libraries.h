/* Libraries that were built without the plugin: their code knows one address of each of their
 * variables, and that is where every process has its own.
 *
 * As loaded, with its constructors run, a library's state is kept in a file in memory and mapped
 * read-only: processes that never write to it share it and cost nothing. The first store of a
 * process faults (process/crash.c) and makes the mapping its own; from then on the library's state
 * is exchanged when another process runs: copied, or if it is large, by moving page tables, as in
 * process/family.h. Memory that its constructors took from malloc is everybody's, and is never
 * given back.
 *
 * What the simulator itself is linked with (libstdc++, libz ...) keeps one state for all. */
#ifndef STP_LIBRARIES_H
#define STP_LIBRARIES_H

#include <stdbool.h>
#include <stddef.h>

struct stp_closure;
struct stp_object;
struct stp_process;
struct stp_program;
struct stp_thread;

/* Whether an object of a program's closure keeps one state for all processes. */
bool stp_library_is_shared(const struct stp_object* object);

/* Before and after the dynamic linker loads a program, outside of all processes: what constructors
 * of new libraries store into old ones in between is for processes to come. */
void stp_libraries_open(void);
void stp_libraries_close(void);

/* The libraries of a program, from the closure of its executable, or of what a process has loaded
 * at run time; when their calls have been redirected. */
void stp_libraries_add(struct stp_program* program, const struct stp_closure* closure);

/* Puts the state that a process has in place. */
void stp_libraries_exchange(struct stp_process* process);

/* In the fault handler: whether a store to this address by the running process failed for being
 * its first to a library; the library is its own then, and the store is to be tried again. */
bool stp_libraries_written(const void* address);

/* Whether an address lies in the state of such a library; and where the bytes at it of this process
 * lie now. */
bool stp_libraries_hold(const void* address);
void* stp_libraries_alias(const struct stp_process* process, const void* address);

/* A child by vfork gives what it has to its parent. */
void stp_libraries_give(struct stp_process* child, struct stp_process* parent);

/* ---- thread-locals ---- */

/* Bytes that each thread of a program has of those of all its libraries. Those of libraries loaded
 * at run time stay shared. */
size_t stp_library_locals_size(const struct stp_program* program);

/* Keeps those of the thread that ran last, until they are loaded again; for its program's size that
 * is not 0. */
void stp_library_locals_save(struct stp_thread* thread);
void stp_library_locals_load(const struct stp_thread* thread);

#endif
