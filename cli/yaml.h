/* YAML with places: every value knows where it stands, so that whatever is wrong with it ends the
 * program with "FILE:LINE:COLUMN: ..." (status 2). Through libfyaml. What is read lives as long as
 * the program. */
#ifndef CLI_YAML_H
#define CLI_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>

struct fy_node;

struct cli_yaml {
  const char* file;     /* for messages */
  struct fy_node* node; /* null: there is nothing */
  struct fy_node* key;  /* of a mapping, if it is a value of one: where an empty value stands */
};

/* The one document of a file; `what` says in messages what it should be. */
struct cli_yaml cli_yaml_read(const char* file, const char* what);

/* "FILE:LINE:COLUMN", kept for good. */
const char* cli_yaml_where(struct cli_yaml value);

noreturn void cli_yaml_fail(struct cli_yaml value, const char* format, ...)
    __attribute__((format(printf, 2, 3)));

bool cli_yaml_is_mapping(struct cli_yaml value);
bool cli_yaml_is_list(struct cli_yaml value);

/* A scalar as text, kept for good. `what` says what it should be: "a date". */
char* cli_yaml_text(struct cli_yaml value, const char* what);

/* Any value as it would be written in one line: "{contains: ok}". Kept for good. */
const char* cli_yaml_line(struct cli_yaml value);

/* ---- mappings with known keys ---- */

/* A reader gets the place in the structure that is being filled: `context` + the key's offset. */
struct cli_yaml_key {
  const char* name;
  void (*read)(void* field, struct cli_yaml value);
  size_t offset;
};

/* Reads a mapping by a table that a nameless row ends. A key that is not in it is an error, which
 * suggests the nearest one. `what`: "a process". */
void cli_yaml_mapping(struct cli_yaml value, const char* what, const struct cli_yaml_key* keys,
                      void* context);

/* Whether a mapping has a key. */
bool cli_yaml_has(struct cli_yaml value, const char* key);

/* Each element of a list (nothing is an empty one), and each pair of a mapping with names of the
 * user's. */
void cli_yaml_each(struct cli_yaml list, const char* what,
                   void (*read)(void* context, struct cli_yaml element), void* context);
void cli_yaml_pairs(struct cli_yaml mapping, const char* what,
                    void (*read)(void* context, const char* name, struct cli_yaml value),
                    void* context);

/* A list, or one of what could be in it. */
void cli_yaml_some(struct cli_yaml value, const char* what,
                   void (*read)(void* context, struct cli_yaml element), void* context);

/* ---- readers of fields ---- */

void cli_yaml_string(void* field, struct cli_yaml value);      /* const char* */
void cli_yaml_path(void* field, struct cli_yaml value);        /* const char*: see below */
void cli_yaml_delay(void* field, struct cli_yaml value);       /* double, s; dates too */
void cli_yaml_bandwidth(void* field, struct cli_yaml value);   /* double, bytes/s */
void cli_yaml_probability(void* field, struct cli_yaml value); /* double */
void cli_yaml_bool(void* field, struct cli_yaml value);        /* bool: true, false */

/* (Paths that are relative are so to the directory of the file.) */

unsigned long long cli_yaml_count(struct cli_yaml value, unsigned long long least,
                                  unsigned long long most);

#endif
