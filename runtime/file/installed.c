/* Installed programs: a table by path, of which each holds the hosts that have something there. */
#include "file/installed.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "process/process.h"

struct installed {
  char *path, *host, *program; /* host: null for all */
  struct installed* next;      /* of the same path; the latest first */
  UT_hash_handle hh;
};

static struct installed* table;

static void add(const char* host, const char* path, const char* program) {
  struct installed *first, *const new = stp_alloc(sizeof *new);
  new->path = stp_strdup(path);
  new->host = host ? stp_strdup(host) : NULL;
  new->program = stp_strdup(program);
  HASH_FIND_STR(table, path, first);
  if (first) {
    new->next = first->next; /* the first stays in the table, with what came last */
    struct installed moved = *first;
    first->host = new->host, first->program = new->program;
    new->host = moved.host, new->program = moved.program;
    first->next = new;
  } else {
    HASH_ADD_KEYPTR(hh, table, new->path, strlen(new->path), new);
  }
}

void stp_install(const char* host, const char* path, const char* program) {
  add(host, path, program);
  /* /bin is a link to usr/bin on most systems: the file is where the link leads. */
  char directory[PATH_MAX], real[PATH_MAX], at[PATH_MAX + NAME_MAX + 2];
  const char* const slash = strrchr(path, '/');
  snprintf(directory, sizeof directory, "%.*s/", (int)(slash - path), path);
  if (!realpath(directory, real))
    return;
  snprintf(at, sizeof at, "%s%s", strcmp(real, "/") == 0 ? "" : real, slash);
  if (strcmp(at, path) != 0)
    add(host, at, program);
}

static const char* on_this_host(const struct installed* entry) {
  while (entry && entry->host && strcmp(entry->host, stp_me->host->name) != 0)
    entry = entry->next;
  return entry ? entry->program : NULL;
}

const char* stp_installed_at(const char* path) {
  struct installed* entry;
  if (!table)
    return NULL;
  HASH_FIND_STR(table, path, entry);
  return on_this_host(entry);
}

void stp_installed_list(const char* directory,
                        void (*visit)(void* argument, const char* name, unsigned char type),
                        void* argument) {
  const size_t length = strlen(directory);
  struct installed *entry, *next;
  HASH_ITER(hh, table, entry, next) {
    const char* const name = strrchr(entry->path, '/') + 1;
    if ((size_t)(name - 1 - entry->path) == length &&
        strncmp(entry->path, directory, length) == 0 && on_this_host(entry))
      visit(argument, name, DT_LNK);
  }
}
