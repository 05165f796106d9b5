/* Command lines as a shell splits them. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

/* The words of a line, null-terminated, in one block to be freed (stp_free). Blanks separate; '...'
 * and "..." keep them, a backslash keeps what follows (in "..." only " \ $ and `). Null, and *error
 * says why: a quote that is not closed, or something that only a shell could do (| & ; < > $ `).
 */
char** cli_words(const char* line, const char** error);

#endif
