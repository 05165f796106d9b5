// Variables of libc that each process has for itself: through cells that are recorded, also where
// an initialiser holds their address.
// RUN: %ir -O2 | %FileCheck %s
#include <stdio.h>
#include <unistd.h>

// CHECK-DAG: @simterpose.cell.stdout = {{.*}} @stdout, comdat
// CHECK-DAG: @simterpose.record{{.*}}@simterpose.cell.stdout{{.*}}, section "simterpose_data", comdat($simterpose.cell.stdout)
void say(const char* text) { fputs(text, stdout); }

// CHECK-DAG: @simterpose.record{{.*}}@where{{.*}}i64 16{{.*}}, section "simterpose_data"
struct {
  int a;
  FILE** streams[2];
} where = {1, {NULL, &stderr}};
FILE* which(int i) { return *where.streams[i]; }
