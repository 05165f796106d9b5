/* Finding the first difference between what two runs left. */
#ifndef CLI_COMPARE_H
#define CLI_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Whether the rest of two streams holds the same bytes. If not, says in `where` (of `size` bytes)
 * in which line or, where they are not text, at which byte they part, and what each has there. */
bool cli_streams_equal(FILE* one, FILE* two, char* where, size_t size);

/* The same of two directories and all below: names, kinds, permissions, owners (as the runtime
 * keeps them, in extended attributes), targets of links, contents. `where` names the file, relative
 * to both, and what differs; `files` counts what has been found equal. */
bool cli_trees_equal(const char* one, const char* two, char* where, size_t size, size_t* files);

#endif
