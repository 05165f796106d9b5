/* Messages for the user, on the real standard error. */
#include "trace/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uthash.h>

#include "process/process.h"

enum stp_verbosity stp_verbosity = STP_NORMAL;

void (*stp_log_before)(void);

static void say(const char* format, va_list arguments) {
  if (stp_log_before != NULL)
    stp_log_before();
  char message[2048];
  vsnprintf(message, sizeof message, format, arguments);
  char place[320] = "";
  if (stp_self != NULL)
    snprintf(place, sizeof place, "[%s %.6f] ", stp_me->host->name, stp_engine_now());
  fprintf(stderr, "simterpose: %s%s\n", place, message);
}

void stp_fatal(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say(format, arguments);
  va_end(arguments);
  fflush(stderr);
  _exit(2);
}

void stp_warn(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say(format, arguments);
  va_end(arguments);
}

const char* stp_incomplete;

void stp_warn_incomplete(const char* format, ...) {
  static char first[1024];
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  stp_warn("%s", text);
  if (stp_incomplete == NULL)
    stp_incomplete = strcpy(first, text);
}

void stp_info(const char* format, ...) {
  if (stp_verbosity < STP_VERBOSE)
    return;
  va_list arguments;
  va_start(arguments, format);
  say(format, arguments);
  va_end(arguments);
}

/* ---- refusals, once each ---- */

struct refusal {
  UT_hash_handle hh;
  char key[];
};

static bool first_time(const char* key) {
  static struct refusal* refusals;
  struct refusal* found;
  HASH_FIND_STR(refusals, key, found);
  if (found != NULL)
    return false;
  found = stp_alloc(sizeof *found + strlen(key) + 1);
  strcpy(found->key, key);
  HASH_ADD_STR(refusals, key, found);
  return true;
}

void stp_warn_once(const char* format, ...) {
  char key[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(key, sizeof key, format, arguments);
  va_end(arguments);
  if (first_time(key))
    stp_warn("%s: %s", stp_self == NULL ? "runtime" : stp_me->label, key);
}

void stp_refuse(const char* call, const char* what) {
  if (what == NULL)
    stp_warn_once("%s is not emulated", call);
  else
    stp_warn_once("%s: %s is not emulated", call, what);
}
