/* What would run: a table. */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utstring.h>

#include "process/process.h"
#include "table.h"

static const struct stp_run_process* processes;

static int by_date(const void* one, const void* two) {
  const size_t a = *(const size_t*)one, b = *(const size_t*)two;
  if (processes[a].start != processes[b].start)
    return processes[a].start < processes[b].start ? -1 : 1;
  return a < b ? -1 : 1;
}

static const char* date(double seconds, char* text, size_t size) {
  snprintf(text, size, seconds < 0 ? "" : "%.6f", seconds);
  return text;
}

/* As it would be written in a lab. */
static void write_command(char* const* argv, UT_string* line) {
  utstring_clear(line);
  for (size_t i = 0; argv[i] != NULL; i++) {
    const bool plain = argv[i][0] != '\0' && strpbrk(argv[i], " \t\n'\"\\|&;<>$`") == NULL;
    utstring_printf(line, "%s%s%s%s", i == 0 ? "" : " ", plain ? "" : "'", argv[i],
                    plain ? "" : "'");
  }
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
    write_command(process->argv, line);
    cli_table_add((const char*[]){
        date(process->start, start, sizeof start), date(process->stop, end, sizeof end),
        process->host, lab == NULL ? "" : cli_lab_name_of(lab, order[i]), utstring_body(line)});
  }
  cli_table_show(stdout, deployment->count);
  if (stop >= 0)
    printf("  %.6f: the run ends\n", stop);
  utstring_free(line);
  stp_free(order);
}
