/* What runs where: the processes of a run, from a SimGrid deployment file or one program for all
 * hosts. */
#ifndef CLI_DEPLOYMENT_H
#define CLI_DEPLOYMENT_H

#include "run.h"

struct cli_deployment {
  struct stp_run_process* processes;
  size_t count;
  const unsigned long long* numbers; /* of each: what {i} stands for; null: its rank */
};

enum { CLI_STOP_GRACE = 10 /* s until SIGKILL; as containers are stopped */ };

/* A signal by its name, with or without SIG; 0: there is none. */
int cli_signal_named(const char* text);

/* The same, or its number; ends the program if there is none. */
int cli_parse_signal(const char* where, const char* text);

/* Reads a deployment file:
 *
 *   <platform version="4.1">
 *     <actor host="HOST" function="PROGRAM" start_time="DATE" kill_time="DATE"
 *            on_failure="RESTART">
 *       <argument value="..."/>
 *       <prop id="env:NAME" value="..."/>       a variable of its environment
 *       <prop id="stop_signal" value="INT"/>    sent at the kill_time; default: TERM
 *       <prop id="stop_grace" value="1s"/>      SIGKILL comes so much later; default: 10s
 *       <prop id="bin:PATH" value="PROGRAM"/>   put at PATH on its host; or a directory's
 *       <prop id="user" value="NAME"/>          whose it is: or UID[:GID]
 *       <prop id="root" value="DIR"/>           what its host starts from, relative to the file
 *     </actor>
 *   </platform>
 *
 * (<process> is an old name of <actor>.) With on_failure="RESTART" it is started again when its
 * host has lost its power and is on again. A PROGRAM is a path relative to the deployment file, or
 * the name of a program in PATH. Errors end the program (status 2). */
struct cli_deployment cli_deployment_read(const char* file);

/* `argv`, null-terminated, on every host of the platform, at 0. A program is a path relative to the
 * working directory or the name of a program in PATH. */
struct cli_deployment cli_deployment_everywhere(char** argv);

/* All processes start again when their hosts, having lost their power, are on again. */
void cli_deployment_restart(struct cli_deployment* deployment);

/* A path that is relative to a directory; to be freed. */
char* cli_relative_to(const char* directory, const char* path);

/* Says for processes that do not say themselves whose they are (null: root's) and what directory
 * their hosts start from: the property "root" of the host in the platform, a path relative to the
 * directory of the platform file, else `root` (may be null). */
void cli_deployment_complete(struct cli_deployment* deployment, const char* platform,
                             const char* user, const char* root);

/* For all processes of the run, by cli_deployment_complete: a variable of their environments,
 * "NAME=VALUE", which counts more than what they say; and the file that is the standard input of
 * those that have no other. What is wrong ends the program (status 2). */
void cli_deployment_set_variable(const char* assignment);
void cli_deployment_set_input(const char* file);

/* Replaces {rank} (index of the process), {i} (its number among those of its kind), {hosts} (number
 * of hosts of the platform), {host} (name of its host) and {ip} (its address) in the arguments,
 * environments, users and directories. */
void cli_deployment_expand(struct cli_deployment* deployment);

/* A copy of a text with {i} replaced alone. */
char* cli_expand_number(const char* text, unsigned long long number);

/* All of it in any text, as for one of its processes; a copy. */
char* cli_deployment_expand_text(const struct cli_deployment* deployment, size_t process,
                                 const char* text);

#endif
