/* What would run: a table, and what would go wrong. */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <utstring.h>

#include "fault.h"
#include "process/process.h"
#include "rerun.h"
#include "table.h"

static const struct stp_run_process* processes;

static int by_date(const void* one, const void* two) {
  const size_t a = *(const size_t*)one, b = *(const size_t*)two;
  if (processes[a].start != processes[b].start)
    return processes[a].start < processes[b].start ? -1 : 1;
  return a < b ? -1 : 1;
}

static const char* date(double seconds, char* text, size_t size) {
  if (seconds < 0)
    return "";
  snprintf(text, size, "%.6f", seconds);
  return text;
}

static void write_names(const struct stp_fault_names* names) {
  enum { SHOWN = 10 };
  for (size_t i = 0; i < names->count && i < SHOWN; i++)
    printf("%s%s", i == 0 ? "" : ",", names->names[i]);
  if (names->count > SHOWN)
    printf(" ... (%zu)", names->count);
}

/* "10.000000, for 5 s: crash of node-2" */
static void show_fault(const struct stp_run_fault* fault) {
  printf("  %.6f", fault->date);
  if (fault->every > 0)
    printf(fault->random ? ", at random about every %g s" : ", every %g s", fault->every);
  if (fault->until > 0)
    printf(", until %g s", fault->until);
  if (fault->duration > 0)
    printf(", for %g s", fault->duration);
  printf(": %s of ", cli_fault_kind(fault));
  if (fault->pick > 0)
    printf("%zu of ", fault->pick);
  for (size_t i = 0; i < fault->group_count; i++) {
    printf("%s", i == 0 ? "" : fault->one_way ? ">" : "|");
    write_names(&fault->groups[i]);
  }
  write_names(&fault->links);
  printf("%s\n", fault->group_count + fault->links.count == 0 ? "all" : "");
}

void cli_plan_show(const struct cli_deployment* deployment, const struct cli_lab* lab,
                   double stop) {
  size_t* const order = stp_alloc((deployment->count + 1) * sizeof *order);
  UT_string* line;
  utstring_new(line);
  processes = deployment->processes;
  for (size_t i = 0; i < deployment->count; i++)
    order[i] = i;
  qsort(order, deployment->count, sizeof *order, by_date);
  cli_table_begin((const char*[]){"start", "stop", "host", "name", "command"}, 5);
  for (size_t i = 0; i < deployment->count; i++) {
    const struct stp_run_process* const process = &processes[order[i]];
    char start[32], end[32];
    utstring_clear(line);
    cli_rerun_show(process->argv, line);
    cli_table_add((const char*[]){
        date(process->start, start, sizeof start), date(process->stop, end, sizeof end),
        process->host, lab == NULL ? "" : cli_lab_name_of(lab, order[i]), utstring_body(line)});
  }
  cli_table_show(stdout, deployment->count);
  for (size_t i = 0; i < cli_faults.count; i++)
    show_fault(&cli_faults.faults[i]);
  if (stop >= 0)
    printf("  %.6f: the run ends\n", stop);
  utstring_free(line);
  stp_free(order);
}
