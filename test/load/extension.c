// A program loads a library that was built with the plugin: each process has its own copy of its
// state, initialised when the process loads it; the library reaches the program's state.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -fPIC -shared %S/Inputs/extension.c -o extension.so
// RUN: %stp_clang -O2 -rdynamic %s -o program && ./program %t | %FileCheck --check-prefix=NATIVE %s
// RUN: %simterpose run --cpu none -n 2 ./program %t 2>&1 | %FileCheck %s
// RUN: %stp_clang -O2 -DTHREAD_LOCAL -fPIC -shared %s -o extension.so
// RUN: %exits 1 %simterpose run --cpu none -n 1 ./program %t 2>&1 | %FileCheck --check-prefix=THREAD-LOCAL %s
//
// NATIVE: started 1, found 10, 13004, then 17008, program 8
// NATIVE-NEXT: extension ends with 17
// CHECK-DAG: [node-0 0.002000] started 1, found 10, 13004, then 17008, program 8
// CHECK-DAG: [node-0 0.002000] extension ends with 17
// CHECK-DAG: [node-1 0.002000] started 1, found 10, 13004, then 17008, program 8
// CHECK-DAG: [node-1 0.002000] extension ends with 17
// THREAD-LOCAL: extension.so: has thread-local variables, which are not emulated in libraries
// loaded
#ifdef THREAD_LOCAL
_Thread_local int counter = 1;
int* next(void);
int* next(void) { return &counter; }
#else
#include <dlfcn.h>
#include <stdio.h>

int of_program = 1;

int call_program(void);
int call_program(void) { return of_program; }

int main(int argc, char** argv) {
  char path[4096];
  snprintf(path, sizeof path, "%s/extension.so", argv[argc - 1]);
  void* extension = dlopen(path, RTLD_NOW);
  if (!extension) {
    printf("%s\n", dlerror());
    return 1;
  }
  int* started = dlsym(extension, "started");
  int* found = dlsym(extension, "of_extension");
  int (*extend)(int) = (int (*)(int))dlsym(extension, "extend");
  int first = *found, second = extend(3), third = extend(4);
  printf("started %d, found %d, %d, then %d, program %d\n", *started, first, second, third,
         of_program);
  return dlclose(extension);
}
#endif
