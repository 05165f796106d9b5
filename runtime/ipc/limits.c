/* Limits of IPC as text. */
#include "ipc/limits.h"

#include "file/texts.h"
#include "ipc/message_queue.h"
#include "ipc/mqueue.h"
#include "ipc/segment.h"
#include "ipc/semaphore_set.h"

static char* number(size_t* size, unsigned long value) {
  return stp_text_format(size, "%lu\n", value);
}

char* stp_text_sem(size_t* size) {
  return stp_text_format(size, "%d\t%d\t%d\t%d\n", STP_SEMMSL, STP_SEMMNS, STP_SEMOPM, STP_SEMMNI);
}

char* stp_text_msgmax(size_t* size) { return number(size, STP_MSGMAX); }
char* stp_text_msgmnb(size_t* size) { return number(size, STP_MSGMNB); }
char* stp_text_msgmni(size_t* size) { return number(size, STP_MSGMNI); }
char* stp_text_shmmax(size_t* size) { return number(size, STP_SHMMAX); }
char* stp_text_shmmni(size_t* size) { return number(size, STP_SHMMNI); }
char* stp_text_mqueue_length(size_t* size) { return number(size, STP_MQUEUE_LENGTH); }
char* stp_text_mqueue_size(size_t* size) { return number(size, STP_MQUEUE_SIZE); }
char* stp_text_mqueue_count(size_t* size) { return number(size, STP_MQUEUE_COUNT); }
