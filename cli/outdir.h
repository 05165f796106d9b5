/* The directory that a run writes to. */
#ifndef CLI_OUTDIR_H
#define CLI_OUTDIR_H

/* The absolute path that `directory` will have. Ends the program (status 2) if it cannot be made,
 * or holds something that is not the output of an earlier run. Writes nothing. */
const char* cli_outdir_check(const char* directory);

/* Makes the directories above a path that do not exist. */
void cli_outdir_make_parents(const char* path);

/* Makes it, and what is missing above it, empty but for the file that marks it as ours; an earlier
 * run's files go. */
void cli_outdir_make(const char* path);

/* The path of a file in the output directory of an earlier run, which must be there: else ends the
 * program (status 2), and says which option makes it. */
const char* cli_outdir_file(const char* directory, const char* name, const char* option);

/* Removes it with all that it holds. */
void cli_outdir_remove(const char* path);

#endif
