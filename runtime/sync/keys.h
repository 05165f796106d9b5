/* Thread-specific data: pthread_key_create and its like. Keys belong to a process, values to a
 * thread. A key variable that is everybody's (of a library that the simulator uses itself) has a
 * key that exists in every process; those are numbered from the top. */
#ifndef STP_KEYS_H
#define STP_KEYS_H

#include <stdbool.h>

/* 0 and the lowest free key (the highest, if `key` is everybody's), or -EAGAIN when all are in use.
 */
int stp_key_create(unsigned* key, void (*destructor)(void*));

/* Constructors of libraries make keys of the real libc's before there is a process. Between the
 * two, those that are made become keys that exist in every process, by the same numbers. */
void stp_keys_watch(void);
void stp_keys_adopt(void);

int stp_key_delete(unsigned key); /* 0 or -EINVAL; values are forgotten, no destructor runs */

int stp_key_set(unsigned key, void* value); /* 0, -EINVAL or -ENOMEM */
void* stp_key_get(unsigned key);            /* null: never set, or no such key */

/* Destructors of the calling thread's values that are not null: at most
 * PTHREAD_DESTRUCTOR_ITERATIONS rounds, for they may set new ones. On the user stack. */
void stp_keys_destroy_values(void);

#endif
