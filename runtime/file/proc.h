/* /proc/self and /proc/PID: what the host's processes and zombies show of themselves (proc(5)).
 * The calling process shows all there is, others what their memory need not be in place for. */
#ifndef STP_PROC_H
#define STP_PROC_H

#include "file/synthetic.h"

/* What stands at a path under /proc/self or /proc/PID; false: nothing, or another path. */
bool stp_proc_find(const char* path, struct stp_synthetic* found);

/* Visits the entries of such a directory; of /proc, the processes. */
void stp_proc_list(const char* path,
                   void (*visit)(void* argument, const char* name, unsigned char type),
                   void* argument);

#endif
