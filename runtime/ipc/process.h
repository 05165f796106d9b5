/* What the parts of ipc/ do in the life of a process; called by the hooks in process.c, with a
 * process that has a struct stp_ipc. */
#ifndef STP_IPC_PROCESS_H
#define STP_IPC_PROCESS_H

struct stp_process;

void stp_undo_end(struct stp_process* process);
void stp_mqueue_forget_fired(struct stp_process* process);
void stp_named_semaphores_fork(struct stp_process* child, struct stp_process* parent);
void stp_named_semaphores_forget(struct stp_process* process);

#endif
