/* Finding programs. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

/* The real path of a program: with a slash, relative to `directory`; a bare name is looked for
 * there first, then in PATH. If there is none, where it should be, for the loader to complain
 * about: a bare name stays one. */
const char* cli_find_program(const char* directory, const char* name);

/* Puts the program of `assignment`, "PATH=PROGRAM", at PATH of every host. `option`: who asks. */
void cli_install(const char* option, const char* assignment);

/* Puts a program, or those of a directory, at a path of one host, or of all (null). `where` is for
 * messages. */
void cli_install_at(const char* host, const char* path, const char* directory, const char* program,
                    const char* where);

/* Parses a command line that holds a program and its arguments. Returns
 * the program's argv. */
char** cli_parse_program(int argc, char** argv, const char* args_doc, const char* doc);

#endif
