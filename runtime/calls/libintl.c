/* libintl.h: messages in other languages. There is one locale, C, in which each message is what it
 * is called; the names that programs set are kept all the same. */
#include <libintl.h>
#include <string.h>

#include "calls/adapter.h"
#include "process/hidden.h"

/* A domain of messages, and what has been said of it. */
struct domain {
  struct domain* next;
  char *name, *directory, *codeset;
};

struct domains {
  struct domain* first;
  char* current; /* null: "messages" */
};

static struct domains* domains(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct domains));
}

static struct domain* find(const char* name) {
  if (!name || !*name)
    return NULL;
  struct domain* domain = domains()->first;
  while (domain && strcmp(domain->name, name) != 0)
    domain = domain->next;
  if (domain)
    return domain;
  domain = stp_process_alloc(sizeof *domain);
  domain->name = stp_process_strdup(name);
  domain->next = domains()->first;
  return domains()->first = domain;
}

/* Sets one of its strings, unless `value` is null; what it is then. */
static char* keep(char** string, const char* value) {
  if (value) {
    stp_process_free(*string);
    *string = stp_process_strdup(value);
  }
  return *string;
}

char* simterpose_textdomain(const char* name) {
  struct domains* const all = domains();
  if (name && (!*name || strcmp(name, "messages") == 0)) {
    stp_process_free(all->current);
    all->current = NULL;
  } else {
    keep(&all->current, name);
  }
  return all->current ? all->current : (char*)"messages";
}

char* simterpose_bindtextdomain(const char* name, const char* directory) {
  struct domain* const domain = find(name);
  char* const kept = domain ? keep(&domain->directory, directory) : NULL;
  return !domain || kept ? kept : (char*)"/usr/share/locale";
}

char* simterpose_bind_textdomain_codeset(const char* name, const char* codeset) {
  struct domain* const domain = find(name);
  return domain ? keep(&domain->codeset, codeset) : NULL;
}

char* simterpose_gettext(const char* message) { return (char*)message; }

char* simterpose_dgettext(const char* domain, const char* message) {
  (void)domain;
  return (char*)message;
}

char* simterpose_dcgettext(const char* domain, const char* message, int category) {
  (void)domain, (void)category;
  return (char*)message;
}

char* simterpose_ngettext(const char* one, const char* many, unsigned long count) {
  return (char*)(count == 1 ? one : many);
}

char* simterpose_dngettext(const char* domain, const char* one, const char* many,
                           unsigned long count) {
  (void)domain;
  return simterpose_ngettext(one, many, count);
}

char* simterpose_dcngettext(const char* domain, const char* one, const char* many,
                            unsigned long count, int category) {
  (void)domain, (void)category;
  return simterpose_ngettext(one, many, count);
}
