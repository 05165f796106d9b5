/* execve(2): a process goes on with another program. Its memory is replaced; pid, descriptors and
 * what else the kernel keeps for it stay, as each model's `exec` hook says. */
#ifndef STP_EXEC_H
#define STP_EXEC_H

#include <stdbool.h>

struct stp_process;
struct stp_program;

/* What is to be run, all of it in the runtime's memory: the caller's goes away. */
struct stp_exec {
  struct stp_program* program;
  char *path, *real_path; /* as the host knows the file (canonical), and as the real system does */
  char* name;             /* what was asked for, without directories: the name of the process */
  char **argv, **envp;    /* null-terminated, each with its strings one block */
};

/* Copies strings, null-terminated, into one block. */
char** stp_exec_copy(char* const* strings);

/* Frees what the struct refers to, not the struct. */
void stp_exec_drop(struct stp_exec* exec);

/* Replaces the calling process: ends its other threads, waits until they are gone, and starts
 * anew. Takes over what `exec` refers to. */
_Noreturn void stp_exec(const struct stp_exec* exec);

/* Gives the process of a thread that has left its user stack, its last, the new memory that
 * process->replacement asks for. On the kernel stack; for thread.c. False: there is no memory, and
 * the process ends. */
bool stp_exec_replace(struct stp_process* process);

#endif
