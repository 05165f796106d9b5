/* What somebody may have meant. */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include <stddef.h>

/* The one of `names` that is nearest to `name` by edits of letters, if it is near: null else. */
const char* cli_nearest(const char* name, const char* const* names, size_t count);

/* "a, b and c" */
void cli_enumerate(const char* const* names, size_t count, char* text, size_t size);

#endif
