/* Finding programs. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

/* The real path of a program: with a slash, relative to `directory`; a bare name is looked for
 * there first, then in PATH. If there is none, the name itself, for the loader to complain about.
 */
const char* cli_find_program(const char* directory, const char* name);

/* Parses a command line that holds a program and its arguments. Returns
 * the program's argv. */
char** cli_parse_program(int argc, char** argv, const char* args_doc, const char* doc);

#endif
