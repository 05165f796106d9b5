/* A table of text. One at a time. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stddef.h>
#include <stdio.h>

void cli_table_begin(const char* const* titles, size_t columns);
void cli_table_add(const char* const* cells); /* copied */

/* The first `most` rows, and how many there are more. */
void cli_table_show(FILE* stream, size_t most);

#endif
