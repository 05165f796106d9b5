/* Assertions for test programs, which are plain POSIX programs: they must pass natively before they
 * are emulated. A failed check prints file, line and what was found, and ends the program with 1.
 */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      printf("%s:%d: failed: %s (errno %d, %s)\n", __FILE__, __LINE__, #condition, errno,          \
             strerror(errno));                                                                     \
      fflush(stdout);                                                                              \
      _Exit(1);                                                                                    \
    }                                                                                              \
  } while (0)

#define CHECK_EQ(found, expected)                                                                  \
  do {                                                                                             \
    long long found_ = (long long)(found), expected_ = (long long)(expected);                      \
    if (found_ != expected_) {                                                                     \
      printf("%s:%d: failed: %s is %lld, expected %lld (errno %d, %s)\n", __FILE__, __LINE__,      \
             #found, found_, expected_, errno, strerror(errno));                                   \
      fflush(stdout);                                                                              \
      _Exit(1);                                                                                    \
    }                                                                                              \
  } while (0)

/* The call fails with -1 and this errno. */
#define CHECK_ERRNO(call, expected)                                                                \
  do {                                                                                             \
    errno = 0;                                                                                     \
    long long result_ = (long long)(call);                                                         \
    if (result_ != -1 || errno != (expected)) {                                                    \
      printf("%s:%d: failed: %s gave %lld, errno %d (%s), expected %s\n", __FILE__, __LINE__,      \
             #call, result_, errno, strerror(errno), #expected);                                   \
      fflush(stdout);                                                                              \
      _Exit(1);                                                                                    \
    }                                                                                              \
  } while (0)

#endif
