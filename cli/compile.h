/* Compiling programs with the plugin, as a lab file asks for it. */
#ifndef CLI_COMPILE_H
#define CLI_COMPILE_H

/* A program to be made of C and C++ sources. */
struct cli_compiled {
  const char *name, *where;              /* for messages: "FILE:LINE:COLUMN" */
  const char* directory;                 /* of the lab: names of sources are relative to it */
  char* const* sources;                  /* null-terminated */
  char *const *flags, *const *libraries; /* null-terminated, for compiling and for linking */
};

/* Compiles what has changed since it was compiled last (a source, what it includes, the flags, the
 * plugin) into files of the directory `cache`, which is made. The path of the program. Errors are
 * shown by the compiler and end the program (status 2). */
const char* cli_compile(const struct cli_compiled* program, const char* cache);

#endif
