/* What /proc/sys says about the limits of IPC: the defaults of Linux. Contents of synthetic files
 * (file/texts.h). */
#ifndef STP_IPC_LIMITS_H
#define STP_IPC_LIMITS_H

#include <stddef.h>

char* stp_text_sem(size_t* size);
char* stp_text_msgmax(size_t* size);
char* stp_text_msgmnb(size_t* size);
char* stp_text_msgmni(size_t* size);
char* stp_text_shmmax(size_t* size); /* shmall, too */
char* stp_text_shmmni(size_t* size);
char* stp_text_mqueue_length(size_t* size); /* msg_default and msg_max */
char* stp_text_mqueue_size(size_t* size);   /* msgsize_default and msgsize_max */
char* stp_text_mqueue_count(size_t* size);

#endif
