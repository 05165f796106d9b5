/* Conversions of stdlib.h and crypt.h that return a buffer of libc's: the reentrant forms of libc,
 * with a buffer of the process. */
#include <crypt.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "calls/adapter.h"
#include "process/hidden.h"

enum { DIGITS = 400 }; /* of the longest double written without exponent, and more */

static char* digits(void) {
  static const char key;
  return stp_hidden_block(&key, DIGITS);
}

char* simterpose_ecvt(double value, int count, int* point, int* sign) {
  char* buffer = digits();
  ecvt_r(value, count, point, sign, buffer, DIGITS);
  return buffer;
}

char* simterpose_fcvt(double value, int count, int* point, int* sign) {
  char* buffer = digits();
  return fcvt_r(value, count, point, sign, buffer, DIGITS) == 0 ? buffer : NULL;
}

char* simterpose_qecvt(long double value, int count, int* point, int* sign) {
  char* buffer = digits();
  qecvt_r(value, count, point, sign, buffer, DIGITS);
  return buffer;
}

char* simterpose_qfcvt(long double value, int count, int* point, int* sign) {
  char* buffer = digits();
  return qfcvt_r(value, count, point, sign, buffer, DIGITS) == 0 ? buffer : NULL;
}

char* simterpose_l64a(long value) {
  static const char key;
  char* buffer = stp_hidden_block(&key, 8);
  return memcpy(buffer, l64a(value), 7);
}

/* libcrypt is there if the program is linked with it. */
char* simterpose_crypt(const char* phrase, const char* setting) {
  static const char key;
  static char* (*crypt_function)(const char*, const char*, struct crypt_data*);
  if (!crypt_function) {
    void* library = dlopen("libcrypt.so.1", RTLD_LAZY);
    if (library)
      *(void**)&crypt_function = dlsym(library, "crypt_r");
  }
  if (!crypt_function) {
    errno = ENOSYS;
    return NULL;
  }
  return crypt_function(phrase, setting, stp_hidden_block(&key, sizeof(struct crypt_data)));
}
