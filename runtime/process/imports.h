/* Making loaded code call the runtime: slots of instrumented modules, GOT entries of the rest. */
#ifndef STP_IMPORTS_H
#define STP_IMPORTS_H

struct stp_closure;

/* Redirects what every object of the closure imports from libc and calls.def mediates to the
 * guard stubs (libc, the dynamic linker and the simulator excepted): what was not built with the
 * plugin calls through these entries. `handle` is the program's, of dlopen. */
void stp_imports_redirect(const struct stp_closure* closure, void* handle);

/* Fills the slots of the instrumented modules with the runtime's functions, except where the
 * program defines a function of that name itself. After stp_imports_redirect. */
void stp_slots_fill(const struct stp_closure* closure);

#endif
