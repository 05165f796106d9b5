/* YAML documents and what is in them. */
#include "yaml.h"

#include <errno.h>
#include <libfyaml.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "nearest.h"
#include "process/process.h"
#include "trace/log.h"
#include "watch.h"

/* ---- documents ---- */

/* What libfyaml has to say: its first error. */
noreturn static void complain(const char* file, struct fy_diag* diag, const char* what) {
  void* place = NULL;
  const struct fy_diag_error* const error = fy_diag_errors_iterate(diag, &place);
  if (error == NULL)
    stp_fatal("%s: the %s is empty", file, what);
  const bool flow =
      strstr(error->msg, "flow mapping") != NULL || strstr(error->msg, "flow sequence") != NULL;
  stp_fatal("%s:%d:%d: not YAML: %s%s", file, error->line, error->column, error->msg,
            flow ? " (within {} and [], text with any of { } [ ] , needs quotes)" : "");
}

/* Loads from a parser whose input has been set. */
static struct cli_yaml load(const char* file, const char* what, struct fy_parser* parser,
                            struct fy_diag* diag) {
  struct fy_document* const document = fy_parse_load_document(parser);
  if (document == NULL || fy_diag_got_error(diag))
    complain(file, diag, what);
  const struct cli_yaml root = {stp_strdup(file), fy_document_root(document), NULL};
  if (root.node == NULL)
    complain(file, diag, what);
  struct fy_document* const more = fy_parse_load_document(parser);
  if (more != NULL)
    stp_fatal("%s: the %s holds a second document (after ---)", file, what);
  if (fy_diag_got_error(diag))
    complain(file, diag, what);
  return root;
}

static struct fy_parser* parser_of(struct fy_diag** diag) {
  struct fy_diag_cfg messages;
  fy_diag_cfg_default(&messages);
  messages.level = FYET_MAX;
  *diag = fy_diag_create(&messages);
  fy_diag_set_collect_errors(*diag, true);
  const struct fy_parse_cfg settings = {
      .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_RESOLVE_DOCUMENT |
               FYPCF_DEFAULT_VERSION_AUTO | FYPCF_JSON_NONE,
      .diag = *diag,
  };
  return fy_parser_create(&settings);
}

struct cli_yaml cli_yaml_read(const char* file, const char* what) {
  FILE* const stream = fopen(file, "re");
  if (stream == NULL)
    stp_fatal("cannot read the %s %s: %s", what, file, strerror(errno));
  cli_watch_note(file);
  struct fy_diag* diag;
  struct fy_parser* const parser = parser_of(&diag);
  if (fy_parser_set_input_fp(parser, file, stream) != 0)
    stp_fatal("cannot read the %s %s", what, file);
  return load(file, what, parser, diag);
}

/* ---- places ---- */

/* Whether nothing is written there: versions of libfyaml differ in whether that has a place. */
static bool unwritten(struct fy_node* scalar) {
  size_t length = 0;
  fy_node_get_scalar(scalar, &length);
  return length == 0 && fy_node_get_style(scalar) == FYNS_PLAIN;
}

/* Where a node begins; null if it is empty. Of what holds others, where the first one does. */
static const struct fy_mark* mark_of(struct fy_node* node) {
  void* place = NULL;
  if (node == NULL)
    return NULL;
  if (fy_node_is_scalar(node))
    return unwritten(node) ? NULL : fy_token_start_mark(fy_node_get_scalar_token(node));
  if (fy_node_is_sequence(node))
    return mark_of(fy_node_sequence_iterate(node, &place));
  struct fy_node_pair* const first = fy_node_mapping_iterate(node, &place);
  return first == NULL ? NULL : mark_of(fy_node_pair_key(first));
}

const char* cli_yaml_where(struct cli_yaml value) {
  const struct fy_mark* mark = mark_of(value.node);
  if (mark == NULL)
    mark = mark_of(value.key);
  if (mark == NULL)
    return value.file;
  char* where;
  if (asprintf(&where, "%s:%d:%d", value.file, mark->line + 1, mark->column + 1) < 0)
    stp_fatal("out of memory");
  return where;
}

void cli_yaml_fail(struct cli_yaml value, const char* format, ...) {
  char message[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  stp_fatal("%s: %s", cli_yaml_where(value), message);
}

/* ---- kinds ---- */

static const char* kind_of(struct cli_yaml value) {
  if (value.node == NULL || fy_node_is_null(value.node))
    return "nothing";
  if (fy_node_is_sequence(value.node))
    return "a list";
  return fy_node_is_mapping(value.node) ? "a mapping" : "text";
}

bool cli_yaml_is_mapping(struct cli_yaml value) {
  return value.node != NULL && fy_node_is_mapping(value.node);
}

bool cli_yaml_is_list(struct cli_yaml value) {
  return value.node != NULL && fy_node_is_sequence(value.node);
}

static char* copy_scalar(struct fy_node* node) {
  size_t length = 0;
  const char* const text = fy_node_get_scalar(node, &length);
  return text == NULL ? stp_strdup("") : strndup(text, length);
}

char* cli_yaml_text(struct cli_yaml value, const char* what) {
  if (value.node == NULL || !fy_node_is_scalar(value.node) ||
      (fy_node_is_null(value.node) && fy_node_get_style(value.node) == FYNS_PLAIN))
    cli_yaml_fail(value, "%s is expected here, not %s", what, kind_of(value));
  return copy_scalar(value.node);
}

const char* cli_yaml_line(struct cli_yaml value) {
  char* const line = fy_emit_node_to_string(value.node, FYECF_MODE_FLOW_ONELINE);
  return line == NULL ? "" : line;
}

/* ---- walking ---- */

static void read_pair(struct cli_yaml pair, const char* name, const char* what,
                      const struct cli_yaml_key* keys, void* context) {
  size_t count = 0;
  for (; keys[count].name != NULL; count++)
    if (strcmp(keys[count].name, name) == 0) {
      keys[count].read((char*)context + keys[count].offset, pair);
      return;
    }
  const struct cli_yaml key = {pair.file, pair.key, NULL};
  const char* names[64];
  for (size_t i = 0; i < count; i++)
    names[i] = keys[i].name;
  const char* const nearest = cli_nearest(name, names, count);
  if (nearest != NULL)
    cli_yaml_fail(key, "%s has no \"%s\"; is it \"%s\"?", what, name, nearest);
  char all[512];
  cli_enumerate(names, count, all, sizeof all);
  cli_yaml_fail(key, "%s has no \"%s\", but %s", what, name, all);
}

void cli_yaml_pairs(struct cli_yaml mapping, const char* what,
                    void (*read)(void*, const char*, struct cli_yaml), void* context) {
  if (!cli_yaml_is_mapping(mapping))
    cli_yaml_fail(mapping, "%s is a mapping (KEY: VALUE), not %s", what, kind_of(mapping));
  void* place = NULL;
  struct fy_node_pair* pair;
  while ((pair = fy_node_mapping_iterate(mapping.node, &place)) != NULL) {
    const struct cli_yaml value = {mapping.file, fy_node_pair_value(pair), fy_node_pair_key(pair)};
    const struct cli_yaml key = {mapping.file, value.key, NULL};
    read(context, cli_yaml_text(key, "a key"), value);
  }
}

struct walk {
  const char* what;
  const struct cli_yaml_key* keys;
  void* context;
};

static void read_known(void* context, const char* name, struct cli_yaml value) {
  const struct walk* const walk = context;
  read_pair(value, name, walk->what, walk->keys, walk->context);
}

void cli_yaml_mapping(struct cli_yaml value, const char* what, const struct cli_yaml_key* keys,
                      void* context) {
  struct walk walk = {what, keys, context};
  cli_yaml_pairs(value, what, read_known, &walk);
}

bool cli_yaml_has(struct cli_yaml value, const char* key) {
  return cli_yaml_is_mapping(value) &&
         fy_node_mapping_lookup_by_string(value.node, key, FY_NT) != NULL;
}

void cli_yaml_each(struct cli_yaml list, const char* what, void (*read)(void*, struct cli_yaml),
                   void* context) {
  if (list.node == NULL || fy_node_is_null(list.node))
    return;
  if (!cli_yaml_is_list(list))
    cli_yaml_fail(list, "%s: a list is expected here, not %s", what, kind_of(list));
  void* place = NULL;
  struct fy_node* element;
  while ((element = fy_node_sequence_iterate(list.node, &place)) != NULL)
    read(context, (struct cli_yaml){list.file, element, list.key});
}

void cli_yaml_some(struct cli_yaml value, const char* what, void (*read)(void*, struct cli_yaml),
                   void* context) {
  if (cli_yaml_is_list(value))
    cli_yaml_each(value, what, read, context);
  else
    read(context, value);
}
