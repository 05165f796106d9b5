/* Standard output and error of processes: each a file LABEL.stdout or LABEL.stderr in the host's
 * directory, made when first written to, and complete lines "[host date] line" on the terminal
 * unless the run is quiet. To the program they are pipes. */
#ifndef STP_OUTPUT_H
#define STP_OUTPUT_H

#include <stdbool.h>

struct stp_file;
struct stp_process;

/* A description for descriptor 1 or, with `error`, 2 of `process`. Never blocks; a write fails with
 * what the real system says (ENOSPC ...), which is reported once. */
struct stp_file* stp_output_open(struct stp_process* process, bool error);

/* Whether lines on the terminal are coloured, by host; those of the standard error are red. */
enum stp_colour { STP_COLOUR_AUTO, STP_COLOUR_ALWAYS, STP_COLOUR_NEVER };
extern enum stp_colour stp_output_colour; /* AUTO: on terminals, unless NO_COLOR is set */

/* Called before anything is written to the terminal. Null: nothing. */
extern void (*stp_output_before)(void);

/* Brings the lines gathered for the terminal out. */
void stp_output_flush(void);

#endif
