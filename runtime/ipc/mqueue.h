/* POSIX message queues: named on their host, with a description of its own for each mq_open. A
 * message goes straight to the receiver that has waited longest. After ipc/mqueue.c of Linux;
 * errors are -errno. */
#ifndef STP_MQUEUE_H
#define STP_MQUEUE_H

#include <mqueue.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct stp_file;

/* The defaults of Linux, and what a privileged process may ask for. */
enum {
  STP_MQUEUE_COUNT = 256,
  STP_MQUEUE_LENGTH = 10,
  STP_MQUEUE_SIZE = 8192,
  STP_MQUEUE_LENGTH_MAX = 65536,
  STP_MQUEUE_SIZE_MAX = 16 << 20,
};

/* mq_open: a new description in *opened. `name` begins with a slash. `attributes` may be null. */
int stp_mqueue_open(const char* name, int flags, mode_t mode, const struct mq_attr* attributes,
                    struct stp_file** opened);
int stp_mqueue_unlink(const char* name);

/* The host has lost its power: removes all. */
struct stp_mqueue;
void stp_mqueues_clear(struct stp_mqueue** queues);

bool stp_is_mqueue(const struct stp_file* file);

/* The rest is for descriptions of queues. Both block until the date `deadline` unless the
 * description says otherwise. The second returns the size. */
int stp_mqueue_send(struct stp_file* file, const char* text, size_t size, unsigned priority,
                    double deadline);
ssize_t stp_mqueue_receive(struct stp_file* file, char* text, size_t size, unsigned* priority,
                           double deadline);

void stp_mqueue_attributes(const struct stp_file* file, struct mq_attr* attributes);

/* mq_notify for the calling process; null takes the registration back. */
int stp_mqueue_notify(struct stp_file* file, const struct sigevent* event);

/* Blocks until a SIGEV_THREAD notification of the calling process is due, and gives it. */
struct sigevent stp_mqueue_await(void);

#endif
