/* calls.def as the runtime sees it: where the adapter of a call is, by name. Adapters and guard
 * stubs are referred to by symbol only: their types are calls.h's business. */
#include "calls/table.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "process/process.h"
#include "trace/log.h"
#include "trace/strace.h"

#define CALL(name, file, support, remark)                                                          \
  extern const char adapter_##name[] __asm__("simterpose_" #name);                                 \
  extern const char guard_##name[] __asm__("stp_guard_" #name);
#define ALIAS(symbol, name, ...)                                                                   \
  STP_IF_SYMBOL##__VA_ARGS__(extern const char guard_##symbol[] __asm__("stp_guard_" #symbol);)
#define DATA(name, support, remark)
#include "simterpose/calls.def"
#undef CALL
#undef ALIAS
#undef DATA

struct row {
  const char* name;
  const void *adapter, *guard;
  const void* untraced; /* the adapter without what shows it */
};

static struct row rows[] = {
#define CALL(name, file, support, remark) {#name, adapter_##name, guard_##name, NULL},
#define ALIAS(symbol, name, ...)                                                                   \
  STP_IF_SYMBOL##__VA_ARGS__({#symbol, adapter_##name, guard_##symbol, NULL}, )
#define DATA(name, support, remark)
#include "simterpose/calls.def"
#undef CALL
#undef ALIAS
#undef DATA
};

enum { ROWS = sizeof rows / sizeof *rows };

static int compare_rows(const void* a, const void* b) {
  return strcmp(((const struct row*)a)->name, ((const struct row*)b)->name);
}

/* Adapters that are entered through a check of their pointers (pointers.h). */
#define CHECKED(name, ...) extern const char checked_##name[] __asm__("stp_checked_" #name);
#include "calls/pointers.def"
#undef CHECKED

static void put_checks(void) {
  static const struct {
    const void *adapter, *stub;
  } checked[] = {
#define CHECKED(name, ...) {adapter_##name, checked_##name},
#include "calls/pointers.def"
#undef CHECKED
  };
  for (size_t i = 0; i < sizeof checked / sizeof *checked; i++)
    for (size_t j = 0; j < ROWS; j++)
      if (rows[j].adapter == checked[i].adapter)
        rows[j].adapter = checked[i].stub;
}

/* Calls that are shown (trace/strace.h): aliases share the stub of their adapter. */
static void put_traces(void) {
  for (size_t i = 0; i < ROWS; i++) {
    const void *const adapter = rows[i].adapter, *const guard = rows[i].guard;
    const void* const stub = stp_strace_stub(rows[i].name, adapter, guard);
    for (size_t j = 0; stub && j < ROWS; j++)
      if (rows[j].adapter == adapter)
        rows[j].adapter = rows[j].guard = stub;
  }
}

static const struct row* find(const char* name) {
  static bool sorted;
  if (!sorted) {
    put_checks();
    for (size_t i = 0; i < ROWS; i++)
      rows[i].untraced = rows[i].adapter;
    if (stp_strace_on)
      put_traces();
    qsort(rows, ROWS, sizeof *rows, compare_rows);
    sorted = true;
  }
  const struct row key = {.name = name};
  return bsearch(&key, rows, ROWS, sizeof *rows, compare_rows);
}

void* stp_call_address(const char* name) {
  const struct row* const row = find(name);
  return row == NULL ? NULL : (void*)row->adapter;
}

void* stp_call_untraced(const char* name) {
  const struct row* const row = find(name);
  return row == NULL ? NULL : (void*)row->untraced;
}

void* stp_guard_address(const char* name) {
  const struct row* const row = find(name);
  return row == NULL ? NULL : (void*)row->guard;
}

/* ---- functions that are not known to be harmless (guards.S) ---- */

struct unknown {
  const char* name;
  void* stub;
};
extern const struct unknown stp_unknown_rows[], stp_unknown_rows_end[];

static int compare_unknown(const void* name, const void* row) {
  return strcmp(name, ((const struct unknown*)row)->name);
}

void* stp_unknown_address(const char* name) {
  const size_t count = (size_t)(stp_unknown_rows_end - stp_unknown_rows);
  const struct unknown* const row =
      find(name) ? NULL : bsearch(name, stp_unknown_rows, count, sizeof *row, compare_unknown);
  return row == NULL ? NULL : row->stub;
}

void stp_unknown(const char* name) {
  stp_process_abort("called %s, which is neither emulated nor known to be harmless", name);
}

/* ---- variables ---- */

void* stp_call_data(void* libc_variables, const char* name) {
  static const struct {
    const char* name;
    size_t offset;
  } variables[] = {
#define CALL(name, file, support, remark)
#define ALIAS(symbol, ...)
#define DATA(name, support, remark) {#name, offsetof(struct stp_libc_variables, name##_)},
#include "simterpose/calls.def"
#undef CALL
#undef ALIAS
#undef DATA
      {NULL, 0},
  };
  for (size_t i = 0; variables[i].name != NULL; i++)
    if (strcmp(variables[i].name, name) == 0)
      return (char*)libc_variables + variables[i].offset;
  return NULL;
}

/* ---- refusals: what the stubs of REFUSED rows jump to (guards.S) ---- */

long stp_refused_minus_one(const char* name) {
  stp_refuse(name, NULL);
  errno = ENOSYS;
  return -1;
}

void* stp_refused_null(const char* name) {
  stp_refuse(name, NULL);
  errno = ENOSYS;
  return NULL;
}

int stp_refused_error_number(const char* name) {
  stp_refuse(name, NULL);
  return ENOSYS;
}
