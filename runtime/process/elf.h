/* Executable files before they are loaded: what is wrong with one that cannot be emulated, and the
 * copy of a good one that the dynamic linker accepts to load. */
#ifndef STP_ELF_H
#define STP_ELF_H

#include <stddef.h>

#include "process/program.h"

/* A file, mapped read-only. Make with stp_elf_open, end with stp_elf_close. */
struct stp_elf {
  const char* data;
  size_t size;
  size_t flags_1;      /* offset of the value of DT_FLAGS_1 in the file; 0: it has none */
  const char* runpath; /* DT_RUNPATH or DT_RPATH, or null; in the file */
};

/* Maps the executable at `path` and checks that it can be emulated. On failure writes the message
 * for the user ("PATH: what is wrong; what to do") and leaves nothing to close. */
enum stp_program_error stp_elf_open(struct stp_elf* elf, const char* path, char* message,
                                    size_t message_size);
void stp_elf_close(struct stp_elf* elf);

/* A copy in memory (a memfd called `name`) that can be loaded like a library: DF_1_PIE cleared, and
 * $ORIGIN in its run path replaced by the working directory, because the dynamic linker cannot tell
 * where the copy comes from. Returns its descriptor, close-on-exec, or -errno. */
int stp_elf_loadable_copy(const struct stp_elf* elf, const char* name);

/* To be called once it has been: where it needs a name for that (under valgrind), it loses that
 * when the command ends. */
void stp_elf_loaded(int fd);

#endif
