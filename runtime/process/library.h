/* A library built without the plugin, as libraries.c and library_locals.c keep it. */
#ifndef STP_LIBRARY_H
#define STP_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

struct link_map;
struct stp_library_state;
struct stp_object;

/* One that is loaded, for all programs that use it. */
struct stp_library {
  const struct link_map* map;
  const char* name;
  char* span; /* of its mutable state; null if it has none */
  size_t span_size;
  int pristine;                       /* the file in memory with the state as loaded */
  struct stp_library_state* in_place; /* null: the pristine one, read-only */
  struct stp_library_state* aside;    /* what was in place before a program began to be loaded */
  bool written;                       /* by any process, ever */
  const char* locals_template;        /* initial thread-locals (file part) */
  size_t locals_file_size, locals_size;
  char* locals; /* those of the kernel thread, which its code uses; null: it has none */
  struct stp_library* next;
};

/* Fills in what concerns thread-locals. */
void stp_library_find_locals(struct stp_library* library, const struct stp_object* object);

#endif
