/* Files that exist in no directory: /dev/null and its like, /proc/self, /etc/hosts and others whose
 * content says something about the machine. */
#ifndef STP_SYNTHETIC_H
#define STP_SYNTHETIC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct stp_file;
struct stp_process;

struct stp_synthetic {
  enum stp_synthetic_kind {
    STP_SYN_DIRECTORY,
    STP_SYN_DEVICE,          /* value: enum stp_device */
    STP_SYN_TERMINAL,        /* /dev/tty: the controlling one */
    STP_SYN_MASTER,          /* /dev/ptmx */
    STP_SYN_SLAVE,           /* value: the number of the terminal */
    STP_SYN_TEXT,            /* made by `text` when opened */
    STP_SYN_LINK,            /* symbolic: `text` makes its target */
    STP_SYN_DESCRIPTOR,      /* value: a descriptor of the process, reached through /proc/self/fd */
    STP_SYN_DESCRIPTOR_LINK, /* the same, not followed */
  } kind;
  int value;
  char* (*text)(size_t* size); /* block of stp_alloc, terminated by a zero byte */
  /* in its place: the same of a process (file/proc.h); value: its pid */
  char* (*of_process)(struct stp_process* process, size_t* size);
  const char* target; /* in its place: the same, fixed */
};

/* What a text or link says now: a block of stp_alloc, terminated by a zero byte. */
char* stp_synthetic_text(const struct stp_synthetic* node, size_t* size);

/* What stands at a canonical virtual path for the calling process; false: nothing. */
bool stp_synthetic_find(const char* path, struct stp_synthetic* found);

/* Whether the real system's files under this path are hidden (/proc, /sys, /dev, /run). */
bool stp_synthetic_hides(const char* path);

/* Whether there are synthetic files and what programs make only (/proc, /sys, /dev). */
bool stp_synthetic_rules(const char* path);

/* Calls visit(argument, name, d_type) for each synthetic entry of a directory. */
void stp_synthetic_list(const char* path,
                        void (*visit)(void* argument, const char* name, unsigned char type),
                        void* argument);

void stp_synthetic_stat(const char* path, const struct stp_synthetic* node, struct stat* result);

/* Opens anything but a directory. 0 or -errno. */
int stp_synthetic_open(const char* path, const struct stp_synthetic* node, int flags,
                       struct stp_file** opened);

#endif
