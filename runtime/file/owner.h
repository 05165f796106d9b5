/* Who gets signals about an open file description (fcntl F_SETOWN, F_SETSIG, O_ASYNC): SIGURG when
 * urgent data is told of, SIGIO when it may have become ready. Errors are -errno. */
#ifndef STP_OWNER_H
#define STP_OWNER_H

#include <fcntl.h>

#include "file/description.h"

/* A process, a thread or a group (negative) of the calling process's host; 0: nobody. -ESRCH,
 * -EINVAL. */
int stp_owner_set(struct stp_file* file, const struct f_owner_ex* owner);
int stp_owner_set_id(struct stp_file* file, int id);

/* 0 if it is gone. */
struct f_owner_ex stp_owner_of(const struct stp_file* file);
int stp_owner_id(const struct stp_file* file);

/* The signal to be sent instead of SIGIO, with the descriptor and what has happened; 0: SIGIO,
 * bare.
 */
int stp_owner_set_signal(struct stp_file* file, int signal);
int stp_owner_signal(const struct stp_file* file);

/* O_ASYNC has been set on it by this descriptor, where the kind of file knows that. */
void stp_owner_set_async(struct stp_file* file, int fd);

/* Urgent data is on its way; the file may be ready for these (POLLIN ...). Anywhere. */
void stp_owner_urgent(struct stp_file* file);
void stp_owner_ready(struct stp_file* file, unsigned events);

/* With the description. */
void stp_owner_free(struct stp_file* file);

#endif
