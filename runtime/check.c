/* Reads what the plugin recorded about a program's refused calls. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "calls/table.h"
#include "process/process.h"
#include "process/program.h"
#include "time/cycles.h"
#include "time/loop.h"

static int by_place(const void* a, const void* b) {
  const struct simterpose_site *first = a, *second = b;
  const int order = strcmp(first->file, second->file);
  if (order != 0)
    return order;
  if (first->line != second->line)
    return first->line < second->line ? -1 : 1;
  return strcmp(first->name, second->name);
}

static bool same_place(const struct simterpose_site* a, const struct simterpose_site* b) {
  return by_place(a, b) == 0;
}

/* All sites of the program's modules, sorted by place. */
static struct simterpose_site* collect_sites(const struct stp_program* program, size_t* count) {
  struct simterpose_site* sites = NULL;
  *count = 0;
  for (size_t i = 0; i < program->module_count; i++) {
    const struct simterpose_module* const m = program->modules[i].descriptor;
    const size_t more = m->sites == NULL ? 0 : (size_t)(m->sites_end - m->sites);
    struct simterpose_site* const all = stp_alloc((*count + more + 1) * sizeof *all);
    if (*count > 0)
      memcpy(all, sites, *count * sizeof *all);
    if (more > 0)
      memcpy(all + *count, m->sites, more * sizeof *all);
    stp_free(sites);
    sites = all;
    *count += more;
  }
  qsort(sites, *count, sizeof *sites, by_place);
  return sites;
}

static size_t count_places(const struct simterpose_site* sites, size_t count) {
  size_t places = 0;
  for (size_t i = 0; i < count; i++)
    places += i == 0 || !same_place(&sites[i], &sites[i - 1]);
  return places;
}

static void list_places(const struct simterpose_site* sites, size_t count, FILE* stream) {
  for (size_t i = 0; i < count; i++) {
    if (i > 0 && same_place(&sites[i], &sites[i - 1]))
      continue;
    fputs("  ", stream);
    if (sites[i].line > 0)
      fprintf(stream, "%s:%llu: ", sites[i].file, (unsigned long long)sites[i].line);
    else if (sites[i].file[0] != '\0')
      fprintf(stream, "%s: ", sites[i].file);
    fprintf(stream, "%s\n", strcmp(sites[i].name, "asm") == 0 ? "inline assembly" : sites[i].name);
  }
}

int stp_check(const char* path, FILE* stream) {
  stp_program_calls =
      (struct stp_program_calls){stp_call_address,    stp_guard_address, stp_call_data,
                                 stp_loop_poll_entry, stp_cycles_read,   stp_unknown_address};
  enum stp_program_error error;
  char message[1024];
  const struct stp_program* const program = stp_program_load(path, &error, message, sizeof message);
  if (program == NULL) {
    fprintf(stream, "%s\n", message);
    return 2;
  }
  size_t count;
  struct simterpose_site* const sites = collect_sites(program, &count);
  const size_t places = count_places(sites, count);
  if (places == 0)
    fprintf(stream, "%s: ready for emulation\n", path);
  else
    fprintf(stream, "%s: ready for emulation, but %zu call%s would be refused:\n", path, places,
            places == 1 ? "" : "s");
  list_places(sites, count, stream);
  stp_free(sites);
  if (program->shared_libraries != NULL)
    fprintf(stream,
            "its processes share the globals of libraries that the simulator uses itself: %s\n",
            program->shared_libraries);
  return places == 0 ? 0 : 1;
}
