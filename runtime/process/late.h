/* Libraries that a program loads at run time (dlopen): loaded once for all processes, each of which
 * gets its own image when it asks for the library, anywhere in its region. Nothing is unloaded
 * before the run ends. All functions concern the calling process; on the user stack. */
#ifndef STP_LATE_H
#define STP_LATE_H

#include <stdbool.h>
#include <stddef.h>

struct stp_process;

/* Loads the library at the real path, or of the bare name, `name` with dlopen's flags; prepares it
 * and those it needs for the calling process and runs their initialisers there. Returns the dynamic
 * linker's handle, or null with what dlerror is to say in `message`. */
void* stp_late_open(const char* name, int flags, char* message, size_t message_size);

/* Where what lies at an address as loaded lies in the calling process; and back. Other addresses
 * stay. */
void* stp_late_displace(void* address);
const void* stp_late_as_loaded(const void* address);

/* The first symbol of that name in the program, its libraries, and those opened with RTLD_GLOBAL;
 * as loaded; null if there is none. */
void* stp_late_find(const char* name);

/* Whether an address as loaded belongs to libc or the simulator. */
bool stp_late_is_foreign(const void* address);

/* Makes the process's images of such libraries the current ones. Anywhere. */
void stp_late_switch(const struct stp_process* process);

/* Runs the destructors of the libraries, last loaded first. */
void stp_late_fini(void);

#endif
