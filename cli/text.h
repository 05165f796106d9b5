/* Texts that programs wrote, compared and shown in one line. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* In quotes, with what cannot be printed as escapes, cut if it is long ("..." follows). */
void cli_text_show(const char* text, size_t length, char* shown, size_t size);

/* Whether they are the same, but for newlines at the end; else says where they part. */
bool cli_text_equal(const char* expected, const char* text, size_t length, char* where,
                    size_t size);

/* How many lines, and the last of them. */
void cli_text_summary(const char* text, size_t length, char* summary, size_t size);

/* The line that holds a place: its number, and itself. */
void cli_text_line(const char* text, size_t length, const char* place, char* line, size_t size);

#endif
