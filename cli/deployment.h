/* What runs where: the processes of a run, from a SimGrid deployment file or one program for all
 * hosts. */
#ifndef CLI_DEPLOYMENT_H
#define CLI_DEPLOYMENT_H

#include "run.h"

struct cli_deployment {
  struct stp_run_process* processes;
  size_t count;
};

/* Reads a deployment file:
 *
 *   <platform version="4.1">
 *     <actor host="HOST" function="PROGRAM" start_time="DATE" kill_time="DATE">
 *       <argument value="..."/>
 *       <prop id="env:NAME" value="..."/>       a variable of its environment
 *     </actor>
 *   </platform>
 *
 * (<process> is an old name of <actor>.) A PROGRAM is a path relative to the deployment file, or
 * the name of a program in PATH. Errors end the program (status 2). */
struct cli_deployment cli_deployment_read(const char* file);

/* `argv`, null-terminated, on every host of the platform, at 0. A program is a path relative to the
 * working directory or the name of a program in PATH. */
struct cli_deployment cli_deployment_everywhere(char** argv);

/* Replaces {rank} (index of the process), {hosts} (number of hosts of the platform), {host} (name
 * of its host) and {ip} (its address) in the arguments and environments. */
void cli_deployment_expand(struct cli_deployment* deployment);

#endif
