/* State that libc hides from its callers (where strtok stands, ecvt's static buffer, the password
 * entry that getpwnam returned ...): one per virtual process, in the process's own memory, made
 * when first used. */
#ifndef STP_HIDDEN_H
#define STP_HIDDEN_H

#include <stddef.h>

/* The block of `size` bytes that the calling process keeps under `key` (the address of a static
 * object of the caller), zeroed when first asked for. Lives as long as the process. `size` must be
 * the same each time. Never null. Does not block. */
void* stp_hidden_block(const void* key, size_t size);

/* Memory of the calling process for such state; never null: ends the process when there is none. */
void* stp_process_alloc(size_t size); /* zeroed */
char* stp_process_strdup(const char* string);
void stp_process_free(void* block);

#endif
