/* Compiling. Each product has beside it a file with the command that made it (PRODUCT.command), and
 * each object one with what its source includes (PRODUCT.d, written by the compiler): if neither
 * has changed, the product stays. */
#include "compile.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utarray.h>
#include <utstring.h>

#include "beside.h"
#include "contents.h"
#include "deployment.h"
#include "outdir.h"
#include "process/process.h"
#include "trace/log.h"
#include "watch.h"

extern char** environ;

/* ---- is it up to date? ---- */

static bool is_newer(const char* path, const struct timespec* than) {
  struct stat status;
  if (stat(path, &status) != 0)
    return true;
  return status.st_mtim.tv_sec != than->tv_sec ? status.st_mtim.tv_sec > than->tv_sec
                                               : status.st_mtim.tv_nsec > than->tv_nsec;
}

/* The next name in a make rule ("a.o: a.c \\ b.h"), a path; *at moves on. Blanks in names have a
 * backslash. False: there is none. */
static bool next_name(const char** at, const char* directory, char* path, size_t size) {
  const char* c = *at + strspn(*at, " \n\\");
  size_t used = *c == '/' ? 0 : (size_t)snprintf(path, size, "%s/", directory);
  if (*c == '\0')
    return false;
  for (; *c != '\0' && *c != ' ' && *c != '\n'; c++) {
    c += *c == '\\' && c[1] != '\0';
    if (used + 1 < size)
      path[used++] = *c;
  }
  path[used] = '\0';
  *at = c;
  return true;
}

/* What the rule says that a product is made of. */
static const char* names_of(const char* rule) {
  const char* const colon = strstr(rule, ": ");
  return colon == NULL ? "" : colon + 2;
}

static bool any_newer(const char* directory, const char* rule, const struct timespec* than) {
  char path[8400];
  for (const char* at = names_of(rule); next_name(&at, directory, path, sizeof path);)
    if (is_newer(path, than))
      return true;
  return false;
}

static void note_all(const char* directory, const char* file) {
  char path[8400];
  size_t size;
  char* const rule = cli_contents(file, &size);
  for (const char* at = rule == NULL ? "" : names_of(rule);
       next_name(&at, directory, path, sizeof path);)
    cli_watch_note(path);
  free(rule);
}

static char* beside_product(const char* product, const char* suffix) {
  char* name;
  if (asprintf(&name, "%s.%s", product, suffix) < 0)
    stp_fatal("out of memory");
  return name;
}

static bool same_contents(const char* path, const char* text) {
  size_t size;
  char* const found = cli_contents(path, &size);
  const bool same = found != NULL && size == strlen(text) && memcmp(found, text, size) == 0;
  free(found);
  return same;
}

static bool is_current(const char* directory, const char* product, const char* command) {
  struct stat status;
  if (stat(product, &status) != 0)
    return false;
  char *const record = beside_product(product, "command"), *const rule =
                                                               beside_product(product, "d");
  size_t size;
  char* const names = cli_contents(rule, &size);
  const bool current = same_contents(record, command) &&
                       (names == NULL || !any_newer(directory, names, &status.st_mtim));
  free(names);
  free(record);
  free(rule);
  return current;
}

/* ---- commands ---- */

static void add(UT_array* command, const char* word) { utarray_push_back(command, &word); }

static void add_all(UT_array* command, char* const* words) {
  for (; words != NULL && *words != NULL; words++)
    add(command, *words);
}

static UT_array* new_command(bool cxx) {
  UT_array* command;
  utarray_new(command, &ut_ptr_icd);
  add(command, cxx ? CLI_CLANGXX : CLI_CLANG);
  return command;
}

static const char* text_of(UT_array* command, const char* directory, UT_string* text) {
  utstring_clear(text);
  utstring_printf(text, "in %s:", directory);
  for (char** word = NULL; (word = (char**)utarray_next(command, word)) != NULL;)
    utstring_printf(text, " %s", *word);
  utstring_printf(text, "\n");
  return utstring_body(text);
}

static int run(UT_array* command, const char* directory) {
  posix_spawn_file_actions_t actions;
  pid_t child;
  int status = 0;
  add(command, NULL);
  char** const argv = (char**)utarray_front(command);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, directory);
  const int error = posix_spawnp(&child, argv[0], &actions, NULL, argv, environ);
  if (error != 0)
    stp_fatal("cannot run the compiler %s: %s", argv[0], strerror(error));
  posix_spawn_file_actions_destroy(&actions);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  return status;
}

/* Makes the product if it is not current; whether it did. */
static bool make(const struct cli_compiled* program, UT_array* command, const char* product,
                 bool stale) {
  UT_string* text;
  utstring_new(text);
  const char* const line = text_of(command, program->directory, text);
  const bool needed = stale || !is_current(program->directory, product, line);
  if (needed) {
    char* const record = beside_product(product, "command");
    unlink(record);
    stp_info("compiling: %.*s", (int)strlen(line) - 1, line);
    if (run(command, program->directory) != 0)
      stp_fatal("%s: the program %s cannot be compiled", program->where, program->name);
    FILE* const file = fopen(record, "we");
    if (file == NULL || fputs(line, file) < 0 || fclose(file) != 0)
      stp_fatal("cannot write %s: %m", record);
    free(record);
  }
  utstring_free(text);
  utarray_free(command);
  return needed;
}

/* ---- programs ---- */

static bool is_cxx(const char* source) {
  static const char* const endings[] = {".cpp", ".cc", ".cxx", ".C"};
  const char* const dot = strrchr(source, '.');
  for (size_t i = 0; dot != NULL && i < sizeof endings / sizeof *endings; i++)
    if (strcmp(dot, endings[i]) == 0)
      return true;
  return false;
}

/* CACHE/PROGRAM.SOURCE.o, without slashes. */
static char* object_of(const struct cli_compiled* program, const char* source, const char* cache) {
  char *object, *const flat = stp_strdup(source);
  for (char* c = flat; *c != '\0'; c++)
    if (*c == '/')
      *c = '_';
  if (asprintf(&object, "%s/%s.%s.o", cache, program->name, flat) < 0)
    stp_fatal("out of memory");
  stp_free(flat);
  return object;
}

static const char* plugin(void) {
  static const char* const places[] = {CLI_PLUGIN_INSTALLED, "../plugin/simterpose.so"};
  static char path[PATH_MAX];
  if (path[0] == '\0')
    cli_beside(places, 2, path);
  return path;
}

static bool compile_source(const struct cli_compiled* program, const char* source,
                           const char* object) {
  struct stat status;
  char option[PATH_MAX + 16];
  snprintf(option, sizeof option, "-fplugin=%s", plugin());
  UT_array* const command = new_command(is_cxx(source));
  char* const rule = beside_product(object, "d");
  add(command, option);
  add_all(command, program->flags);
  add_all(command, (char*[]){"-MMD", "-MF", rule, "-c", (char*)source, "-o", (char*)object, NULL});
  const bool stale = stat(object, &status) != 0 || is_newer(plugin(), &status.st_mtim);
  note_all(program->directory, rule);
  const bool made = make(program, command, object, stale);
  note_all(program->directory, rule);
  free(rule);
  return made;
}

/* One at a time: runs that are started together share the directory. */
static int lock(const char* cache) {
  char path[PATH_MAX];
  cli_outdir_make_parents(cache);
  if (mkdir(cache, 0777) != 0 && errno != EEXIST)
    stp_fatal("cannot make %s: %m", cache);
  snprintf(path, sizeof path, "%s/lock", cache);
  const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0 || flock(fd, LOCK_EX) != 0)
    stp_fatal("cannot lock %s: %m", path);
  return fd;
}

const char* cli_compile(const struct cli_compiled* program, const char* cache) {
  const int locked = lock(cache);
  bool any_cxx = false, stale = false;
  UT_array* objects;
  char* path;
  utarray_new(objects, &ut_ptr_icd);
  if (asprintf(&path, "%s/%s", cache, program->name) < 0)
    stp_fatal("out of memory");
  for (char* const* source = program->sources; *source != NULL; source++) {
    char* const object = object_of(program, *source, cache);
    char* const file = cli_relative_to(program->directory, *source);
    cli_watch_note(file);
    if (access(file, R_OK) != 0)
      stp_fatal("%s: cannot read the source %s: %s", program->where, file, strerror(errno));
    stp_free(file);
    utarray_push_back(objects, &object);
    stale = compile_source(program, *source, object) || stale;
    any_cxx = any_cxx || is_cxx(*source);
  }
  UT_array* const command = new_command(any_cxx);
  char* const end = NULL;
  utarray_push_back(objects, &end);
  add_all(command, program->flags);
  add_all(command, (char**)utarray_front(objects));
  add_all(command, (char*[]){"-o", path, NULL});
  add_all(command, program->libraries);
  make(program, command, path, stale);
  utarray_free(objects);
  close(locked);
  return path;
}
