/* Patterns for names of hosts. */
#ifndef CLI_PATTERN_H
#define CLI_PATTERN_H

#include <stdbool.h>
#include <utarray.h>

/* Appends the names (const char*, kept for good) of all hosts of the platform that match a pattern,
 * in the order of hosts: "*" and "?" as in a shell, and numbers in brackets, "node-[0-9,15]". A
 * name that is a host's matches that host, whatever it contains. False: none. */
bool cli_pattern_hosts(const char* pattern, UT_array* names);

/* Appends the names that "node-[8-12]" stands for, or the text itself if there is no range of
 * numbers in it; whatever else it contains stays. */
void cli_pattern_expand(const char* text, UT_array* names);

/* The same as the first for any text. */
bool cli_pattern_matches(const char* pattern, const char* text);

#endif
