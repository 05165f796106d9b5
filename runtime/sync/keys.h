/* Thread-specific data: pthread_key_create and its like. Keys belong to a process, values to a
 * thread. A library's static key variable is shared by all processes, though: keys made for one of
 * those are numbered from the top and exist in every process. */
#ifndef STP_KEYS_H
#define STP_KEYS_H

#include <stdbool.h>

/* 0 and the lowest free key (the highest, if shared), or -EAGAIN when all are in use. */
int stp_key_create(unsigned* key, void (*destructor)(void*), bool shared);

int stp_key_delete(unsigned key); /* 0 or -EINVAL; values are forgotten, no destructor runs */

int stp_key_set(unsigned key, void* value); /* 0, -EINVAL or -ENOMEM */
void* stp_key_get(unsigned key);            /* null: never set, or no such key */

/* Destructors of the calling thread's values that are not null: at most
 * PTHREAD_DESTRUCTOR_ITERATIONS rounds, for they may set new ones. On the user stack. */
void stp_keys_destroy_values(void);

#endif
