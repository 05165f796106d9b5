/* Parts of Simterpose, found from where the command is. */
#ifndef CLI_BESIDE_H
#define CLI_BESIDE_H

#include <limits.h>
#include <stddef.h>

/* The real path of the first of `places` that exists, each relative to the directory of the
 * command: where it is installed, and where it is built. If there is none, the run ends (status 2).
 */
void cli_beside(const char* const* places, size_t count, char path[PATH_MAX]);

/* The path of the command itself. */
void cli_beside_command(char path[PATH_MAX]);

#endif
