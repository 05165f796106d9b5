/* The environment of a process (stdlib.h): the vector that `environ` points to, which the program
 * may also read and replace directly. Strings that setenv makes stay, as in libc: somebody may
 * still hold what getenv returned. */
#include <string.h>

#include "calls/adapter.h"
#include "process/hidden.h"

/* The vector that setenv made last; the one a process starts with is not in the heap by itself. */
struct vector {
  char** strings;
  size_t room;
};

static const char key;

static bool valid_name(const char* name) { return name && *name && !strchr(name, '='); }

/* Where the string for `name` (of `length` bytes) is in the environment, or null. */
static char** find(const char* name, size_t length) {
  for (char** at = stp_me->libc->environ_; at && *at; at++)
    if (strncmp(*at, name, length) == 0 && (*at)[length] == '=')
      return at;
  return NULL;
}

char* simterpose_getenv(const char* name) {
  size_t length = strlen(name);
  char** at = find(name, length);
  return at ? *at + length + 1 : NULL;
}

char* simterpose_secure_getenv(const char* name) { return simterpose_getenv(name); }

/* Adds a string for a new name. 0 or -ENOMEM. */
static int append(char* string) {
  struct vector* vector = stp_hidden_block(&key, sizeof *vector);
  char** old = stp_me->libc->environ_;
  size_t count = 0;
  while (old && old[count])
    count++;
  if (old != vector->strings || count + 2 > vector->room) {
    size_t room = 2 * count + 16;
    char** fresh = stp_heap_alloc(stp_me->heap, room * sizeof *fresh);
    if (!fresh)
      return -ENOMEM;
    if (count > 0)
      memcpy(fresh, old, count * sizeof *fresh);
    stp_process_free(vector->strings);
    *vector = (struct vector){fresh, room};
    stp_me->libc->environ_ = fresh;
  }
  vector->strings[count] = string;
  vector->strings[count + 1] = NULL;
  return 0;
}

/* Makes `string` ("NAME=VALUE") the one for its name. */
static int put(char* string, size_t length) {
  char** at = find(string, length);
  if (!at)
    return append(string);
  *at = string;
  return 0;
}

int simterpose_setenv(const char* name, const char* value, int replace) {
  if (!valid_name(name))
    return (int)stp_return(-EINVAL);
  const size_t length = strlen(name);
  if (!replace && find(name, length))
    return 0;
  const size_t size = strlen(value) + 1;
  char* string = stp_heap_alloc(stp_me->heap, length + 1 + size);
  if (!string)
    return (int)stp_return(-ENOMEM);
  memcpy(string, name, length);
  string[length] = '=';
  memcpy(string + length + 1, value, size);
  return (int)stp_return(put(string, length));
}

static void remove_all(const char* name, size_t length) {
  char** at;
  while ((at = find(name, length)))
    do
      at[0] = at[1];
    while (*at++);
}

int simterpose_unsetenv(const char* name) {
  if (!valid_name(name))
    return (int)stp_return(-EINVAL);
  remove_all(name, strlen(name));
  return 0;
}

int simterpose_putenv(char* string) {
  const char* equals = strchr(string, '=');
  if (equals)
    return (int)stp_return(put(string, (size_t)(equals - string)));
  remove_all(string, strlen(string));
  return 0;
}

int simterpose_clearenv(void) {
  stp_me->libc->environ_ = NULL;
  return 0;
}
