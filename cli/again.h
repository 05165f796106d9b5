/* Running the command itself once more, as a fresh real process. */
#ifndef CLI_AGAIN_H
#define CLI_AGAIN_H

/* Becomes `simterpose run OPTION... ARGUMENT...`: `option` (may be null) and then what follows
 * argv[0]. Returns (errno) only if that fails. */
void cli_run_again(const char* option, char** argv);

/* Lets the addresses of libraries and of the real stack be the same in every run on a machine,
 * whatever the limits of the caller: the run starts again without address space randomisation.
 * Where the system does not let it (some containers), the run goes on as it is. */
void cli_fix_addresses(char** argv);

#endif
