/* What the command line gives to all processes. */
#include <errno.h>
#include <string.h>
#include <utarray.h>

#include "common.h"
#include "contents.h"
#include "deployment.h"
#include "file/typed_input.h"
#include "process/process.h"
#include "watch.h"

static UT_array* variables; /* char* */
static struct stp_typed_text text;
static const struct stp_typed_input input = {&text, 1, false};

void cli_deployment_set_variable(const char* assignment) {
  if (strchr(assignment, '=') == NULL || assignment[0] == '=')
    stp_fatal("--env: \"%s\" is not of the form NAME=VALUE", assignment);
  if (variables == NULL)
    utarray_new(variables, &ut_ptr_icd);
  utarray_push_back(variables, &assignment);
}

void cli_deployment_set_input(const char* file) {
  cli_watch_note(file);
  text.text = cli_contents(file, &text.size);
  if (text.text == NULL)
    stp_fatal("--stdin: cannot read %s: %s", file, strerror(errno));
}

static char** with_variables(char* const* environment) {
  size_t count = 0;
  const size_t more = variables == NULL ? 0 : utarray_len(variables);
  while (environment != NULL && environment[count] != NULL)
    count++;
  char** const all = stp_alloc((count + more + 1) * sizeof *all);
  for (size_t i = 0; i < count; i++)
    all[i] = environment[i];
  for (size_t i = 0; i < more; i++)
    all[count + i] = *(char**)utarray_eltptr(variables, (unsigned)i);
  return all;
}

void cli_common_add(struct stp_run_process* process) {
  process->environment = with_variables(process->environment);
  if (process->input == NULL && text.text != NULL)
    process->input = &input;
}
