/* Crashes stay local: what ends a process by a signal that it brought on itself is reported, with a
 * backtrace, and ends that process only. */
#ifndef STP_CRASH_H
#define STP_CRASH_H

/* Installs the handlers of SIGSEGV and the like. Once, after the engine has started. */
void stp_crash_start(void);

/* Ends the calling process by a signal that it raised itself and that would dump core (signal(7)),
 * with a report. On the user stack. */
_Noreturn void stp_crash_end(int signal);

/* A program has been loaded. When a sanitizer that is linked to it (AddressSanitizer ...) ends the
 * run with a report, the calls that led there follow, with the process and the date (cli/again.c
 * says why the sanitizer leaves them out). */
void stp_crash_loaded(void* handle);

/* The runtime found the calling process doing something no process may (heap corruption ...):
 * reports that and ends it as by abort(). On the user stack. */
_Noreturn void stp_process_abort(const char* format, ...) __attribute__((format(printf, 1, 2)));

#endif
