/* Looking mediated calls up by name. */
#ifndef STP_TABLE_H
#define STP_TABLE_H

/* The adapter, for code that was compiled with the plugin; null if `name` has no row. */
void* stp_call_address(const char* name);

/* The same without what --strace puts before it: for adapters that serve other calls. */
void* stp_call_untraced(const char* name);

/* The guard stub, for libraries without source, which the simulator may use as well: goes to the
 * adapter while a virtual thread runs, else to the real function. Null if `name` has no row. */
void* stp_guard_address(const char* name);

/* Where a function of libc is that has no row and is not known to be harmless (impure.def): ends
 * the process, with a report. Null for all others. */
void* stp_unknown_address(const char* name);
_Noreturn void stp_unknown(const char* name);

/* Where a process keeps the variable `name` (a DATA row) in its struct stp_libc_variables. */
void* stp_call_data(void* libc_variables, const char* name);

/* How refused calls fail. */
long stp_refused_minus_one(const char* name);
void* stp_refused_null(const char* name);
int stp_refused_error_number(const char* name);

#endif
