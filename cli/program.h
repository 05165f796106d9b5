/* Finding programs. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

/* The real path of a program: with a slash, relative to `directory`; a bare name is looked for
 * there first, then in PATH. If there is none, the name itself, for the loader to complain about.
 */
const char* cli_find_program(const char* directory, const char* name);

#endif
