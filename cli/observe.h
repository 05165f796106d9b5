/* Options of `simterpose run` for what is to be seen of the run: a child of its parser. */
#ifndef CLI_OBSERVE_H
#define CLI_OBSERVE_H

#include <argp.h>

/* The group of the options in the help is given by who includes it (struct argp_child). */
extern const struct argp cli_observe_argp;

/* Before the run: has everything that was asked for observed. `output` is the output directory, an
 * absolute path that need not exist yet; it must live as long as the run. */
void cli_observe(const char* output);

/* The first option that names a file of its own, outside of the output directory; null: none. */
const char* cli_observe_file(void);

/* What struct stp_run_options is to have as `progress`. */
void (*cli_observe_progress(void))(double date);

#endif
