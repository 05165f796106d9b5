/* What is known of addresses in code: modules as the dynamic linker has them, functions and lines
 * from their symbol tables and DWARF. A session with libdwfl, made for one report. */
#ifndef STP_SYMBOLS_H
#define STP_SYMBOLS_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct stp_program;

/* A session that knows all modules now loaded; null if there is no memory. The copy in memory from
 * which `program` (may be null) was loaded goes by its name. End with dwfl_end. One at a time. */
Dwfl* stp_symbols_begin(const struct stp_program* program);

/* Whether an address belongs to the simterpose executable. */
bool stp_symbols_are_ours(Dwfl* dwfl, uint64_t address);

/* Whether an address belongs to a sanitizer, which is linked to the program. */
bool stp_symbols_are_a_sanitizers(Dwfl* dwfl, uint64_t address);

/* Writes the functions at `address`, inlined ones first, a line each, numbered from `number`;
 * returns the next number. */
int stp_symbols_print(FILE* stream, int number, Dwfl* dwfl, uint64_t address);

/* The same for an address in the simterpose executable: the name of the mediated call that is
 * served there, if its symbol table tells. */
int stp_symbols_print_call(FILE* stream, int number, Dwfl* dwfl, uint64_t address);

#endif
