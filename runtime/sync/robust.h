/* Robust mutexes: the thread that holds one and ends leaves word for the next. */
#ifndef STP_ROBUST_H
#define STP_ROBUST_H

struct stp_mutex;
struct stp_thread_record;

/* A robust mutex was taken or let go of by the thread. 0 or -ENOMEM. */
int stp_robust_add(struct stp_thread_record* thread, struct stp_mutex* mutex);
void stp_robust_remove(struct stp_thread_record* thread, struct stp_mutex* mutex);

/* The thread ends: who takes what it still holds is told (-EOWNERDEAD). */
void stp_robust_release(struct stp_thread_record* thread);

#endif
