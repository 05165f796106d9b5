/* The native displaced mode: a program runs on the real system, unemulated, but on a displaced copy
 * of its state. A program that works like this tells that the plugin found all of its state. */
#ifndef STP_DISPLACED_H
#define STP_DISPLACED_H

/* Replaces the calling program with `path`, displaced; argv (null-terminated) includes argv[0].
 * What the program executes is displaced as well, if it was built with the plugin. Ends the program
 * (stp_fatal) if it cannot. */
_Noreturn void stp_displaced(const char* path, char** argv);

#endif
