/* The futex system call, which libstdc++'s futures, std::atomic::wait and std::latch make. */
#ifndef STP_FUTEX_H
#define STP_FUTEX_H

#include <time.h>

/* As futex(2), -errno for errors; `timeout` stands for val2 in the operations that have one.
 * Operations on priority-inheriting futexes and FUTEX_WAKE_OP are refused (-ENOSYS). Blocks. */
long stp_futex(int* word, int operation, int value, const struct timespec* timeout, int* word2,
               int value3);

#endif
