/* Contents of synthetic files and targets of synthetic links: zero-terminated blocks of stp_alloc,
 * made for the calling process. */
#ifndef STP_TEXTS_H
#define STP_TEXTS_H

#include <stddef.h>

/* /etc */
char* stp_text_hostname(size_t* size);  /* the platform's; */
char* stp_text_node_name(size_t* size); /* what it calls itself, in /proc */
char* stp_text_hosts(size_t* size);
char* stp_text_resolver(size_t* size);

/* /proc, of the machine: the host's cores, their work, memory and name; fixed values elsewhere */
char* stp_text_cpuinfo(size_t* size);
char* stp_text_load(size_t* size);
char* stp_text_memory(size_t* size);
char* stp_text_mounts(size_t* size);
char* stp_text_statistics(size_t* size);
char* stp_text_uptime(size_t* size);
char* stp_text_version(size_t* size);
char* stp_text_cpus(size_t* size);
char* stp_text_domain_name(size_t* size);
char* stp_text_boot_id(size_t* size); /* the host's */
char* stp_text_uuid(size_t* size);    /* another each time, from the run's seed */
char* stp_text_file_max(size_t* size);
char* stp_text_inotify_events(size_t* size);
char* stp_text_inotify_instances(size_t* size);
char* stp_text_inotify_watches(size_t* size);
char* stp_text_nr_open(size_t* size);
char* stp_text_pid_max(size_t* size);
char* stp_text_buffer_max(size_t* size);
char* stp_text_somaxconn(size_t* size);
char* stp_text_one(size_t* size);
char* stp_text_huge_pages(size_t* size);
char* stp_text_clock_source(size_t* size);

/* /dev/fd */
char* stp_text_fd(size_t* size);

/* Such a block, printed. */
char* stp_text_format(size_t* size, const char* text, ...) __attribute__((format(printf, 2, 3)));

#endif
