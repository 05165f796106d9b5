/* Programs that the user has put at paths of emulated hosts (simterpose run --bin): symbolic links
 * to files of the real system, above what the real system and a base directory have there and below
 * what the host itself has. */
#ifndef STP_INSTALLED_H
#define STP_INSTALLED_H

#include <stddef.h>

struct stp_synthetic;

/* Puts the real file `program` at `path` of the host of that name (null: of all hosts). The
 * directory of `path` may be a link of the real system. Before the run. */
void stp_install(const char* host, const char* path, const char* program);

/* What is there for the calling process: the real file, or null. */
const char* stp_installed_at(const char* path);

/* Calls visit(argument, name, DT_LNK) for what is in a directory. */
void stp_installed_list(const char* directory,
                        void (*visit)(void* argument, const char* name, unsigned char type),
                        void* argument);

#endif
