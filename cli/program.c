/* Programs by name, and commands that take one. */
#include "program.h"

#include <argp.h>
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/installed.h"
#include "process/process.h"
#include "trace/log.h"

static bool is_file(const char* path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* See program.h. */
static char* find_program(const char* directory, const char* name) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", name[0] == '/' ? "" : directory,
           strncmp(name, "./", 2) == 0 ? name + 2 : name);
  if (!is_file(path) && strchr(name, '/') == NULL) {
    char* const directories = stp_strdup(getenv("PATH") != NULL ? getenv("PATH") : "");
    char* rest = directories;
    for (char* entry = strtok_r(directories, ":", &rest); entry;
         entry = strtok_r(NULL, ":", &rest)) {
      char candidate[PATH_MAX];
      snprintf(candidate, sizeof candidate, "%s/%s", entry, name);
      if (is_file(candidate) && access(candidate, X_OK) == 0) {
        strcpy(path, candidate);
        break;
      }
    }
    stp_free(directories);
  }
  char* const real = realpath(path, NULL);
  if (real == NULL && strchr(name, '/') != NULL && strcmp(directory, ".") != 0)
    return stp_strdup(path);
  return real != NULL ? real : stp_strdup(name);
}

/* Deployments name the same program over and over: the last one found is remembered. */
const char* cli_find_program(const char* directory, const char* name) {
  static char *last_directory, *last_name, *last_found;
  if (last_found == NULL || strcmp(name, last_name) != 0 ||
      strcmp(directory, last_directory) != 0) {
    stp_free(last_directory);
    stp_free(last_name);
    free(last_found);
    last_directory = stp_strdup(directory);
    last_name = stp_strdup(name);
    last_found = find_program(directory, name);
  }
  return stp_strdup(last_found);
}

/* All programs of a directory. -1: it is none. */
static int install_directory(const char* host, const char* path, const char* directory) {
  struct dirent** entries;
  const int count = scandir(directory, &entries, NULL, alphasort);
  for (int i = 0; i < count; i++) {
    char at[PATH_MAX], program[PATH_MAX];
    snprintf(at, sizeof at, "%s/%s", path, entries[i]->d_name);
    snprintf(program, sizeof program, "%s/%s", directory, entries[i]->d_name);
    char* const real = realpath(program, NULL);
    if (real != NULL && is_file(real) && access(real, X_OK) == 0)
      stp_install(host, at, real);
    free(real);
    free(entries[i]);
  }
  if (count >= 0)
    free(entries);
  return count < 0 ? -1 : 0;
}

void cli_install_at(const char* host, const char* path, const char* directory, const char* program,
                    const char* where) {
  if (path[0] != '/' || path[strlen(path) - 1] == '/' || strstr(path, "//") ||
      strstr(path, "/../") || strstr(path, "/./"))
    stp_fatal("%s: \"%s\" cannot be where a program is put: an absolute path, without dots", where,
              path);
  const char* const real = cli_find_program(directory, program);
  if (is_file(real))
    stp_install(host, path, real);
  else if (install_directory(host, path, real) < 0)
    stp_fatal("%s: %s: no such program", where, program);
  stp_free((char*)real);
}

void cli_install(const char* option, const char* assignment) {
  const char* const equals = strchr(assignment, '=');
  if (equals == NULL)
    stp_fatal("%s: \"%s\" is not of the form PATH=PROGRAM", option, assignment);
  char* const path = stp_strdup(assignment);
  path[equals - assignment] = '\0';
  cli_install_at(NULL, path, ".", equals + 1, option);
  stp_free(path);
}

static error_t parse(int key, char* value, struct argp_state* state) {
  char*** const command = state->input;
  (void)value;
  switch (key) {
  case ARGP_KEY_ARG:
    *command = &state->argv[state->next - 1];
    state->next = state->argc;
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_error(state, "say which program");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

char** cli_parse_program(int argc, char** argv, const char* args_doc, const char* doc) {
  char** command = NULL;
  const struct argp argp = {.parser = parse, .args_doc = args_doc, .doc = doc};
  argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &command);
  return command;
}
