/* Login shells (unistd.h). */
#include "calls/adapter.h"
#include "process/hidden.h"

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
