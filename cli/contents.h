/* Files as a whole. */
#ifndef CLI_CONTENTS_H
#define CLI_CONTENTS_H

#include <stddef.h>

/* What a real file holds, with a null byte after it, to be freed (free); null (errno) if it cannot
 * be read. */
char* cli_contents(const char* path, size_t* size);

#endif
