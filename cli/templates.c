/* Templates in the arguments and environments of processes. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <utarray.h>
#include <utstring.h>

#include "deployment.h"
#include "process/process.h"

struct values {
  const char *rank, *i, *hosts, *host, *ip;
};

/* What replaces the template that `text` starts with, and its length; null if it starts with none
 * that has a value. */
static const char* replacement(const char* text, const struct values* values, size_t* length) {
  const struct {
    const char *name, *value;
  } templates[] = {
      {"{rank}", values->rank}, {"{i}", values->i},   {"{hosts}", values->hosts},
      {"{host}", values->host}, {"{ip}", values->ip},
  };
  for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
    *length = strlen(templates[i].name);
    if (strncmp(text, templates[i].name, *length) == 0)
      return templates[i].value;
  }
  return NULL;
}

static char* expand(const char* text, const struct values* values) {
  UT_string* result;
  utstring_new(result);
  while (*text != '\0') {
    size_t length;
    const char* const value = *text == '{' ? replacement(text, values, &length) : NULL;
    if (value != NULL) {
      utstring_bincpy(result, value, strlen(value));
      text += length;
    } else {
      utstring_bincpy(result, text, 1);
      text++;
    }
  }
  char* const copy = stp_strdup(utstring_body(result));
  utstring_free(result);
  return copy;
}

static char** expand_all(char* const* strings, const struct values* values) {
  size_t count = 0;
  while (strings != NULL && strings[count] != NULL)
    count++;
  char** const expanded = stp_alloc((count + 1) * sizeof *expanded);
  for (size_t i = 0; i < count; i++)
    expanded[i] = expand(strings[i], values);
  return expanded;
}

char* cli_expand_number(const char* text, unsigned long long number) {
  char i[24];
  snprintf(i, sizeof i, "%llu", number);
  return expand(text, &(struct values){.i = i});
}

/* The values as text. */
struct texts {
  char rank[24], i[24], hosts[24], ip[INET_ADDRSTRLEN];
};

static struct values values_of(const struct cli_deployment* deployment, size_t index,
                               struct texts* texts) {
  const struct stp_run_process* const process = &deployment->processes[index];
  const struct stp_host* const host = stp_host_by_name(process->host);
  const unsigned long long number =
      deployment->numbers == NULL ? index : deployment->numbers[index];
  snprintf(texts->rank, sizeof texts->rank, "%zu", index);
  snprintf(texts->i, sizeof texts->i, "%llu", number);
  snprintf(texts->hosts, sizeof texts->hosts, "%zu", stp_host_count());
  texts->ip[0] = '\0';
  if (host != NULL)
    inet_ntop(AF_INET, &host->ipv4, texts->ip, sizeof texts->ip);
  return (struct values){texts->rank, texts->i, texts->hosts, process->host, texts->ip};
}

void cli_deployment_expand(struct cli_deployment* deployment) {
  for (size_t i = 0; i < deployment->count; i++) {
    struct stp_run_process* const process = &deployment->processes[i];
    struct texts texts;
    const struct values values = values_of(deployment, i, &texts);
    process->argv = expand_all(process->argv, &values);
    process->environment = expand_all(process->environment, &values);
    process->base = process->base == NULL ? NULL : expand(process->base, &values);
    process->user = process->user == NULL ? NULL : expand(process->user, &values);
  }
}

char* cli_deployment_expand_text(const struct cli_deployment* deployment, size_t process,
                                 const char* text) {
  struct texts texts;
  const struct values values = values_of(deployment, process, &texts);
  return expand(text, &values);
}
