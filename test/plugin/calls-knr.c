// Functions declared without prototype, or not at all, are redirected by name.
// RUN: %ir -O2 -std=gnu89 -w | %FileCheck %s
int listen();

// CHECK-LABEL: define {{.*}}@uses(
// CHECK-DAG: load {{.*}} @simterpose.slot.listen
// CHECK-DAG: load {{.*}} @simterpose.slot.shutdown
int uses(int fd) { return listen(fd, 1) + shutdown(fd, 2); }
