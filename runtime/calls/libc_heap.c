/* Functions of libc that leave memory with the program: it is taken from the program's heap, so
 * that a forked child has its own and may free it. What is passed back to libc later (a tree, a
 * table) lies there altogether. */
#include "calls/libc_heap.h"

#include <argz.h>
#include <envz.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#include "calls/adapter.h"

/* ---- stdio.h ---- */

int simterpose_vasprintf(char** text, const char* format, va_list arguments) {
  STP_LIBC_HEAP();
  return vasprintf(text, format, arguments);
}

int simterpose_asprintf(char** text, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vasprintf(text, format, arguments);
  va_end(arguments);
  return result;
}

int simterpose___vasprintf_chk(char** text, int flag, const char* format, va_list arguments) {
  STP_LIBC_HEAP();
  return __vasprintf_chk(text, flag, format, arguments);
}

int simterpose___asprintf_chk(char** text, int flag, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose___vasprintf_chk(text, flag, format, arguments);
  va_end(arguments);
  return result;
}

/* %m and %ms allocate. */
int simterpose_vsscanf(const char* text, const char* format, va_list arguments) {
  STP_LIBC_HEAP();
  return vsscanf(text, format, arguments);
}

int simterpose_sscanf(const char* text, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vsscanf(text, format, arguments);
  va_end(arguments);
  return result;
}

int simterpose_vswscanf(const wchar_t* text, const wchar_t* format, va_list arguments) {
  STP_LIBC_HEAP();
  return vswscanf(text, format, arguments);
}

int simterpose_swscanf(const wchar_t* text, const wchar_t* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vswscanf(text, format, arguments);
  va_end(arguments);
  return result;
}

/* ---- search.h: trees and tables ---- */

/* The program's comparison, called as the program: not from within libc, as far as memory goes. Who
 * compares now; several may, if a comparison blocks. */
static const struct comparison {
  int (*function)(const void* a, const void* b);
  struct stp_heap* heap;
} * comparison;

static int compare(const void* a, const void* b) {
  const struct comparison* const mine = comparison;
  stp_heap_of_libc = NULL;
  const int result = mine->function(a, b);
  comparison = mine;
  stp_heap_of_libc = mine->heap;
  return result;
}

void* simterpose_tsearch(const void* key, void** root, int (*function)(const void*, const void*)) {
  const struct comparison mine = {function, stp_me->heap};
  comparison = &mine;
  STP_LIBC_HEAP();
  return tsearch(key, root, compare);
}

/* Nodes are freed: to where they belong. */
void* simterpose_tdelete(const void* key, void** root, int (*function)(const void*, const void*)) {
  return tdelete(key, root, function);
}

int simterpose_hcreate_r(size_t count, struct hsearch_data* table) {
  STP_LIBC_HEAP();
  return hcreate_r(count, table);
}

/* ---- argz.h, envz.h ---- */

error_t simterpose_argz_create(char* const argv[], char** argz, size_t* size) {
  STP_LIBC_HEAP();
  return argz_create(argv, argz, size);
}

error_t simterpose_argz_create_sep(const char* text, int separator, char** argz, size_t* size) {
  STP_LIBC_HEAP();
  return argz_create_sep(text, separator, argz, size);
}

error_t simterpose_argz_append(char** argz, size_t* size, const char* more, size_t more_size) {
  STP_LIBC_HEAP();
  return argz_append(argz, size, more, more_size);
}

error_t simterpose_argz_add(char** argz, size_t* size, const char* text) {
  STP_LIBC_HEAP();
  return argz_add(argz, size, text);
}

error_t simterpose_argz_add_sep(char** argz, size_t* size, const char* text, int separator) {
  STP_LIBC_HEAP();
  return argz_add_sep(argz, size, text, separator);
}

error_t simterpose_argz_insert(char** argz, size_t* size, char* before, const char* entry) {
  STP_LIBC_HEAP();
  return argz_insert(argz, size, before, entry);
}

error_t simterpose_argz_replace(char** argz, size_t* size, const char* text, const char* by,
                                unsigned* count) {
  STP_LIBC_HEAP();
  return argz_replace(argz, size, text, by, count);
}

error_t simterpose_envz_add(char** envz, size_t* size, const char* name, const char* value) {
  STP_LIBC_HEAP();
  return envz_add(envz, size, name, value);
}

error_t simterpose_envz_merge(char** envz, size_t* size, const char* other, size_t other_size,
                              int override) {
  STP_LIBC_HEAP();
  return envz_merge(envz, size, other, other_size, override);
}
