// A constant that leads to something private is private too; others stay where they are.
// RUN: %ir -O2 | %FileCheck %s
// RUN: %same
#include <stdio.h>

int counter = 1;
// CHECK-DAG: @direct = {{.*}}global {{.*}} @counter
int* const direct = &counter;
struct entry {
  const char* name;
  const void* value;
};
// CHECK-DAG: @entries = {{.*}}global
const struct entry entries[] = {{"direct", &direct}, {"counter", &counter}};
// CHECK-DAG: @names = {{.*}}constant
const char* const names[] = {"one", "two"};
// CHECK-DAG: @functions = {{.*}}constant
int (*const functions[])(const char*) = {puts, puts};

int main(int argc, char** argv) {
  (void)argv;
  counter += argc;
  printf("%d %d %d %d\n", *direct, entries[argc].value == &counter,
         entries[argc - 1].value == &direct, *(int*)entries[argc].value);
  return functions[argc](names[argc]) < 0;
}
