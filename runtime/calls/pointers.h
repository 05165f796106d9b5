/* EFAULT: the pointers given to a call are tried before its adapter runs, one byte a page, so that
 * models need not think of it. A touch that faults is undone by the fault handler (probe.h). The
 * table is pointers.def; here is what its rows become. */
#ifndef STP_POINTERS_H
#define STP_POINTERS_H

#include <stdbool.h>
#include <stdint.h>

enum { STP_RULES = 5 };

struct stp_rule {
  enum stp_rule_kind {
    STP_RULE_END,
    STP_RULE_FD,
    STP_RULE_NUMBER,
    STP_RULE_NOTHING,
    STP_RULE_READY,
    STP_RULE_IN,
    STP_RULE_OUT,
    STP_RULE_PATH,
    STP_RULE_STRINGS,
    STP_RULE_VECTORS_IN,
    STP_RULE_VECTORS_OUT,
    STP_RULE_MESSAGE_IN,
    STP_RULE_MESSAGE_OUT,
    STP_RULE_NAME,
    STP_RULE_BITS,
    STP_RULE_WHERE,
  } kind;
  bool maybe;           /* null will do */
  uint8_t argument, by; /* of IN and OUT: `by` counts elements of `size`, unless it is STP_ONE */
  int value;            /* of WHERE; of IN: 32 if what counts has as many bits */
  uint32_t size;
};

enum { STP_ONE = 255 };

/* What a stub knows of its call; the stubs are in pointers_entry.S. */
struct stp_checked {
  const void* adapter; /* first */
  struct stp_rule rules[STP_RULES];
};

/* Whether the call may go on to its adapter; else *result is what it returns, and errno is set. */
bool stp_pointers_check(const struct stp_checked* call, const uintptr_t arguments[6], long* result);

#endif
