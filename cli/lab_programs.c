/* Labs: `programs`, which are compiled before the run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile.h"
#include "lab.h"
#include "process/process.h"
#include "words.h"

static const UT_icd program_icd = {sizeof(struct cli_lab_program), NULL, NULL, NULL};

static void add_source(void* sources, struct cli_yaml value) {
  char* const source = cli_yaml_text(value, "a source");
  utarray_push_back((UT_array*)sources, &source);
}

static void read_sources(void* field, struct cli_yaml value) {
  UT_array* sources;
  char* const end = NULL;
  utarray_new(sources, &ut_ptr_icd);
  cli_yaml_some(value, "sources", add_source, sources);
  utarray_push_back(sources, &end);
  *(char***)field = (char**)utarray_front(sources);
}

static const struct cli_yaml_key keys[] = {
    {"sources", read_sources, offsetof(struct cli_lab_program, sources)},
    {"flags", cli_lab_read_words, offsetof(struct cli_lab_program, flags)},
    {"libraries", cli_lab_read_words, offsetof(struct cli_lab_program, libraries)},
    {NULL, NULL, 0},
};

static void read_program(void* context, const char* name, struct cli_yaml value) {
  static const char* default_flags[] = {"-O2", "-g", NULL};
  struct cli_lab* const lab = context;
  struct cli_lab_program program = {.name = name, .where = cli_yaml_where(value)};
  if (name[0] == '\0' || strchr(name, '/') != NULL)
    cli_yaml_fail((struct cli_yaml){value.file, value.key, NULL},
                  "\"%s\" cannot be the name of a program", name);
  if (cli_yaml_is_mapping(value))
    cli_yaml_mapping(value, "a program", keys, &program);
  else
    read_sources(&program.sources, value);
  if (program.sources == NULL || program.sources[0] == NULL)
    cli_yaml_fail(value, "the program %s has no sources", name);
  if (program.flags == NULL)
    program.flags = (char**)default_flags;
  utarray_push_back(lab->programs, &program);
}

void cli_lab_read_programs(void* context, struct cli_yaml value) {
  struct cli_lab* const lab = context;
  utarray_new(lab->programs, &program_icd);
  cli_yaml_pairs(value, "programs", read_program, lab);
}

void cli_lab_compile(struct cli_lab* lab, const char* output) {
  char* cache;
  struct cli_lab_program* program = NULL;
  char* const directory = realpath(lab->directory, NULL);
  if (directory == NULL || asprintf(&cache, "%s.programs", output) < 0)
    stp_fatal("%s: %m", lab->directory);
  while (lab->programs != NULL && (program = utarray_next(lab->programs, program)) != NULL)
    program->path = cli_compile(
        &(struct cli_compiled){
            .name = program->name,
            .where = program->where,
            .directory = directory,
            .sources = program->sources,
            .flags = program->flags,
            .libraries = program->libraries,
        },
        cache);
  free(cache);
  free(directory);
}

const char* cli_lab_program(const struct cli_lab* lab, const char* name) {
  const struct cli_lab_program* program = NULL;
  while (lab->programs != NULL && (program = utarray_next(lab->programs, program)) != NULL)
    if (strcmp(program->name, name) == 0)
      return program->path;
  return NULL;
}
