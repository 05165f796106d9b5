/* Labs: from entries to processes. */
#include <string.h>

#include "lab.h"
#include "nearest.h"
#include "pattern.h"
#include "process/process.h"
#include "program.h"

static const UT_icd process_icd = {sizeof(struct stp_run_process), NULL, NULL, NULL};
static const UT_icd number_icd = {sizeof(unsigned long long), NULL, NULL, NULL};

struct deploying {
  struct cli_lab* lab;
  UT_array *processes, *numbers;
};

/* ---- environments ---- */

static size_t length_of(char* const* vector) {
  size_t length = 0;
  while (vector != NULL && vector[length] != NULL)
    length++;
  return length;
}

/* That of all, and then its own, which counts where both say something. */
static char** environment_of(const struct cli_lab* lab, const struct cli_lab_process* entry) {
  const size_t common = length_of(lab->environment), own = length_of(entry->environment);
  char** const all = stp_alloc((common + own + 1) * sizeof *all);
  for (size_t i = 0; i < common; i++)
    all[i] = lab->environment[i];
  for (size_t i = 0; i < own; i++)
    all[common + i] = entry->environment[i];
  return all;
}

/* ---- hosts ---- */

/* Of those that the lab compiles, the path. */
static const char* program_of(const struct cli_lab* lab, const char* name) {
  const char* const compiled = cli_lab_program(lab, name);
  return compiled != NULL ? compiled : name;
}

static void install(const struct cli_lab* lab, const UT_array* bins, const char* host) {
  if (bins == NULL)
    return;
  const struct cli_lab_bin* bin = NULL;
  while ((bin = utarray_next(bins, bin)) != NULL)
    cli_install_at(host, bin->path, lab->directory, program_of(lab, bin->program), bin->where);
}

_Noreturn static void no_host(const char* where, const char* pattern) {
  enum { SHOWN = 5 };
  const char* names[SHOWN];
  char text[512];
  const size_t count = stp_host_count(), shown = count < SHOWN ? count : SHOWN;
  for (size_t i = 0; i < shown; i++)
    names[i] = stp_host_at(i)->name;
  cli_enumerate(names, shown, text, sizeof text);
  stp_fatal("%s: the platform has no host \"%s\"; %s are %s", where, pattern,
            shown < count ? "some of its hosts" : "its hosts", text);
}

static UT_array* hosts_of(const struct cli_lab_process* entry, unsigned long long number) {
  UT_array* hosts;
  utarray_new(hosts, &ut_ptr_icd);
  const struct cli_placed* place = NULL;
  while ((place = utarray_next(entry->hosts, place)) != NULL) {
    char* const pattern =
        entry->repeated ? cli_expand_number(place->text, number) : stp_strdup(place->text);
    if (!cli_pattern_hosts(pattern, hosts))
      no_host(place->where, pattern);
    stp_free(pattern);
  }
  return hosts;
}

/* ---- entries ---- */

/* A bare name that is nowhere: perhaps one of those that the lab compiles, misspelt. */
_Noreturn static void no_program(const struct cli_lab* lab, const struct cli_lab_process* entry) {
  const char* const name = entry->argv[0];
  const size_t count = lab->programs == NULL ? 0 : utarray_len(lab->programs);
  const char** const names = stp_alloc((count + 1) * sizeof *names);
  for (size_t i = 0; i < count; i++)
    names[i] = ((struct cli_lab_program*)utarray_eltptr(lab->programs, (unsigned)i))->name;
  const char* const nearest = cli_nearest(name, names, count);
  if (nearest != NULL)
    stp_fatal("%s: there is no program \"%s\"; is it \"%s\"?", entry->where, name, nearest);
  stp_fatal("%s: there is no program \"%s\": neither in `programs`, beside the lab, nor in PATH",
            entry->where, name);
}

static const char* find_program(const struct cli_lab* lab, const struct cli_lab_process* entry) {
  const char* const found = cli_find_program(lab->directory, program_of(lab, entry->argv[0]));
  if (strchr(found, '/') == NULL)
    no_program(lab, entry);
  return found;
}

static void add(struct deploying* deploying, struct cli_lab_process* entry, const char* host,
                unsigned long long number) {
  const double later = entry->stagger * (double)(number - entry->first);
  const struct stp_run_process process = {
      .host = host,
      .program = find_program(deploying->lab, entry),
      .argv = entry->argv,
      .environment = environment_of(deploying->lab, entry),
      .start = entry->start + later,
      .stop = entry->stop,
      .stop_signal = entry->stop_signal,
      .stop_grace = entry->stop_grace,
      .restart = entry->restart,
      .user = entry->user,
      .base = entry->root,
      .where = entry->where,
  };
  install(deploying->lab, entry->bins, host);
  utarray_push_back(deploying->processes, &process);
  utarray_push_back(deploying->numbers, &number);
  utarray_push_back(deploying->lab->started, &entry);
}

/* Repeated, {i} is the number of the repetition; else hosts are counted. */
static void add_entry(struct deploying* deploying, struct cli_lab_process* entry) {
  unsigned long long count = 0;
  for (unsigned long long number = entry->first; number <= entry->last; number++) {
    UT_array* const hosts = hosts_of(entry, number);
    for (const char** host = NULL; (host = utarray_next(hosts, host)) != NULL; count++)
      add(deploying, entry, *host, entry->repeated ? number : count);
    utarray_free(hosts);
  }
}

/* ---- what can be done only when all are known ---- */

static void expand_input(const struct cli_deployment* deployment, size_t index,
                         const struct stp_typed_input* from) {
  struct stp_typed_text* const texts = stp_alloc((from->count + 1) * sizeof *texts);
  for (size_t i = 0; i < from->count; i++) {
    const char* const text = cli_deployment_expand_text(deployment, index, from->texts[i].text);
    texts[i] = (struct stp_typed_text){from->texts[i].date, text, strlen(text)};
  }
  struct stp_typed_input* const input = stp_alloc(sizeof *input);
  *input = (struct stp_typed_input){texts, from->count, from->kept};
  deployment->processes[index].input = input;
}

const char* cli_lab_name_of(const struct cli_lab* lab, size_t index) {
  return (*(struct cli_lab_process**)utarray_eltptr(lab->started, (unsigned)index))->name;
}

static void await(const struct cli_lab* lab, struct cli_deployment* deployment,
                  const struct cli_placed* wanted) {
  const char** const names = stp_alloc((deployment->count + 1) * sizeof *names);
  bool any = false;
  for (size_t i = 0; i < deployment->count; i++) {
    names[i] = cli_lab_name_of(lab, i);
    if (!cli_pattern_matches(wanted->text, names[i]))
      continue;
    any = true;
    deployment->processes[i].awaited = true;
  }
  const char* const nearest = cli_nearest(wanted->text, names, deployment->count);
  if (!any && nearest != NULL)
    stp_fatal("%s: no process has the name \"%s\"; is it \"%s\"?", wanted->where, wanted->text,
              nearest);
  if (!any)
    stp_fatal("%s: no process has the name \"%s\"; there is \"%s\"%s", wanted->where, wanted->text,
              deployment->count > 0 ? names[0] : "", deployment->count > 1 ? " ..." : "");
  stp_free(names);
}

struct cli_deployment cli_lab_deploy(struct cli_lab* lab) {
  struct deploying deploying = {.lab = lab};
  utarray_new(deploying.processes, &process_icd);
  utarray_new(deploying.numbers, &number_icd);
  utarray_new(lab->started, &ut_ptr_icd);
  install(lab, lab->bins, NULL);
  struct cli_lab_process* entry = NULL;
  while ((entry = utarray_next(lab->processes, entry)) != NULL)
    add_entry(&deploying, entry);
  struct cli_deployment deployment = {
      (struct stp_run_process*)utarray_front(deploying.processes),
      utarray_len(deploying.processes),
      (unsigned long long*)utarray_front(deploying.numbers),
  };
  for (size_t i = 0; i < deployment.count; i++) {
    entry = *(struct cli_lab_process**)utarray_eltptr(lab->started, (unsigned)i);
    if (entry->has_input)
      expand_input(&deployment, i, &entry->input);
  }
  const struct cli_placed* wanted = NULL;
  while (lab->stop_after != NULL && (wanted = utarray_next(lab->stop_after, wanted)) != NULL)
    await(lab, &deployment, wanted);
  return deployment;
}
