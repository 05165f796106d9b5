// The forms that glibc's headers substitute: fortified, 64-bit, of another standard.
// RUN: %ir -O2 -D_FORTIFY_SOURCE=2 | %FileCheck %s
// RUN: %ir -O2 -D_FILE_OFFSET_BITS=64 | %FileCheck %s --check-prefix=LARGE
// RUN: %ir -O2 -std=c99 | %FileCheck %s --check-prefix=C99
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

// CHECK-DAG: @simterpose.slot.__recv_chk = {{.*}}@__recv_chk
// CHECK-DAG: @simterpose.slot.__printf_chk = {{.*}}@__printf_chk
char buffer[10];
int fortified(int fd, size_t size) {
  printf("%d\n", fd);
  return recv(fd, buffer, size, 0);
}

// LARGE-DAG: @simterpose.slot.fopen64 = {{.*}}@fopen64
FILE* large(const char* name) { return fopen(name, "r"); }

// C99-DAG: @simterpose.slot.__isoc99_sscanf = {{.*}}@__isoc99_sscanf
int scan(const char* text, int* into) { return sscanf(text, "%d", into); }
