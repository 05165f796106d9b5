/* Templates in the arguments and environments of processes. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <utarray.h>
#include <utstring.h>

#include "deployment.h"
#include "process/process.h"

struct values {
  const char *rank, *hosts, *host, *ip;
};

/* What replaces the template that `text` starts with, and its length; null if it starts with none.
 */
static const char* replacement(const char* text, const struct values* values, size_t* length) {
  const struct {
    const char *name, *value;
  } templates[] = {
      {"{rank}", values->rank},
      {"{hosts}", values->hosts},
      {"{host}", values->host},
      {"{ip}", values->ip},
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

void cli_deployment_expand(struct cli_deployment* deployment) {
  char hosts[24];
  snprintf(hosts, sizeof hosts, "%zu", stp_host_count());
  for (size_t i = 0; i < deployment->count; i++) {
    struct stp_run_process* const process = &deployment->processes[i];
    const struct stp_host* const host = stp_host_by_name(process->host);
    char rank[24], ip[INET_ADDRSTRLEN] = "";
    snprintf(rank, sizeof rank, "%zu", i);
    if (host != NULL)
      inet_ntop(AF_INET, &host->ipv4, ip, sizeof ip);
    const struct values values = {rank, hosts, process->host, ip};
    process->argv = expand_all(process->argv, &values);
    process->environment = expand_all(process->environment, &values);
    process->base = process->base == NULL ? NULL : expand(process->base, &values);
    process->user = process->user == NULL ? NULL : expand(process->user, &values);
  }
}
