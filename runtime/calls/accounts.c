/* Lists that a system keeps besides its users: login shells (unistd.h), who is logged in (utmpx.h:
 * nobody is). */
#include <utmp.h>
#include <utmpx.h>

#include "calls/adapter.h"
#include "process/hidden.h"

/* ---- login shells ---- */

static const char* const shells[] = {"/bin/sh", "/bin/bash"};

static size_t* shell_index(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(size_t));
}

char* simterpose_getusershell(void) {
  size_t* index = shell_index();
  return *index < sizeof shells / sizeof *shells ? (char*)shells[(*index)++] : NULL;
}

void simterpose_setusershell(void) { *shell_index() = 0; }
void simterpose_endusershell(void) { *shell_index() = 0; }

/* ---- utmpx.h, utmp.h: an empty database ---- */

void simterpose_setutxent(void) {}
void simterpose_endutxent(void) {}

static void* nobody(void) {
  errno = ENOENT;
  return NULL;
}

struct utmpx* simterpose_getutxent(void) {
  return nobody();
}

struct utmpx* simterpose_getutxid(const struct utmpx* wanted) {
  (void)wanted;
  return nobody();
}

struct utmpx* simterpose_getutxline(const struct utmpx* wanted) {
  (void)wanted;
  return nobody();
}

void simterpose_setutent(void) {}
void simterpose_endutent(void) {}

struct utmp* simterpose_getutent(void) {
  return nobody();
}
