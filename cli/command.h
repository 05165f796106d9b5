/* The subcommands. Each gets its own argc and argv (argv[0] is "simterpose NAME") and returns the
 * exit status of the command. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

int cli_run(int argc, char** argv);       /* run.c */
int cli_report(int argc, char** argv);    /* report.c */
int cli_stats(int argc, char** argv);     /* stats.c */
int cli_gdb(int argc, char** argv);       /* gdb.c */
int cli_memcheck(int argc, char** argv);  /* memcheck.c */
int cli_check(int argc, char** argv);     /* check.c */
int cli_calibrate(int argc, char** argv); /* calibrate.c */
int cli_displaced(int argc, char** argv); /* displaced.c */

enum {
  CLI_FAILED = 1,    /* a process of the run failed */
  CLI_BAD_INPUT = 2, /* nothing was run */
};

#endif
