/* --log: what all processes write to their standard output and error, in one file, line by line,
 * by virtual date: "[node-0 1.002000 ping.2.stdout] text", with the name of the file in the host's
 * directory that has it as well. */
#ifndef STP_MERGED_H
#define STP_MERGED_H

/* Before the run. `file` is borrowed until its end; if it cannot be written, the run ends
 * (stp_fatal). */
void stp_merged_start(const char* file);

#endif
