/* How a process ends in good order. */
#ifndef STP_CALLS_EXIT_H
#define STP_CALLS_EXIT_H

/* exit(): destructors of the thread's thread-locals, functions registered with atexit, destructors
 * of the program's modules, unwritten output; then the process ends with `code` & 255. On the user
 * stack of any thread of the process. */
_Noreturn void stp_exit(int code);

/* An exception that the program does not catch: says so and aborts, as the C++ library does. */
_Noreturn void stp_uncaught(const char* type, const char* what);

#endif
