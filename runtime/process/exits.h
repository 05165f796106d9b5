/* What a process does on its way out: the functions registered with atexit, on_exit, __cxa_atexit
 * and at_quick_exit, last registered first called, in lists that lie in its own memory. */
#ifndef STP_EXITS_H
#define STP_EXITS_H

#include <stdbool.h>

/* How a function is called. */
enum stp_exit_kind {
  STP_EXIT_PLAIN,    /* atexit: function() */
  STP_EXIT_STATUS,   /* on_exit: function(status, argument) */
  STP_EXIT_ARGUMENT, /* __cxa_atexit: function(argument) */
};

struct stp_exit {
  enum stp_exit_kind kind;
  union {
    void (*plain)(void);
    void (*status)(int status, void* argument);
    void (*argument)(void* argument);
  } function;
  void* argument;
  void* dso_handle; /* of the module it belongs to; null: of none */
};

/* Registers with the calling process, for exit() or for quick_exit(). 0 or -ENOMEM. */
int stp_exits_add(const struct stp_exit* entry, bool quick);

/* Calls and forgets the functions of the calling process, those registered meanwhile included;
 * a function that itself calls exit() goes on with the rest. With a handle: only those of that
 * module (__cxa_finalize). On the user stack. */
void stp_exits_run(bool quick, int status, const void* dso_handle);

#endif
