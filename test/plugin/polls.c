// Which loops poll, and as what: SPIN, WAIT and COMPUTE stand for the kinds of module.h together
// with the iterations between two polls.
// RUN: %ir -O2 | %FileCheck %s -DSPIN=68 -DWAIT=1026 -DCOMPUTE=1024
// RUN: %ir -O0 | %FileCheck %s -DSPIN=68 --check-prefix=O0
// RUN: %ir -O2 -fplugin-arg-simterpose-no-polls | %FileCheck %s --check-prefix=NONE
// NONE-NOT: @simterpose.poll, align
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

volatile sig_atomic_t flag, count;
atomic_bool ready;
atomic_int lock, tickets;
int plain;
void work(void);
int done(void);

// CHECK-DAG: @simterpose.poll = linkonce_odr hidden externally_initialized global {{.*}} null, comdat

// ---- loops that only spin: nothing but others, or a handler, can end them

// The count, in a register; nothing is called while the slot is null.
// CHECK-LABEL: define {{.*}}@of_volatile(
// CHECK: [[COUNT:%.*]] = phi i32 [ [[LEFT:%.*]], {{.*}} ], [ 128, {{.*}} ]
// CHECK: [[REST:%.*]] = sub i32 [[COUNT]], 2
// CHECK: icmp ult i32 [[COUNT]], 2
// CHECK: [[POLL:%.*]] = load {{.*}} @simterpose.poll
// CHECK: icmp eq {{.*}} [[POLL]], null
// CHECK: [[AGAIN:%.*]] = and i32 [[REST]], 1
// CHECK: [[WHAT:%.*]] = or i32 [[AGAIN]], [[SPIN]]
// CHECK: call preserve_allcc void [[POLL]](i32 [[WHAT]])
// CHECK: [[LEFT]] = phi i32 [ [[REST]], {{.*}} ], [ 128, {{.*}} ], [ 129, {{.*}} ]
void of_volatile(void) {
  while (!flag)
    ;
}

// CHECK-LABEL: define {{.*}}@counting(
// CHECK: or i32 {{.*}}, [[SPIN]]
int counting(void) {
  int n = 0;
  while (!flag)
    n++;
  return n;
}

// CHECK-LABEL: define {{.*}}@of_atomic(
// CHECK: or i32 {{.*}}, [[SPIN]]
// O0-LABEL: define {{.*}}@of_atomic(
// O0: or i32 {{.*}}, [[SPIN]]
void of_atomic(void) {
  while (!atomic_load(&ready))
    __builtin_ia32_pause();
}

// O0-LABEL: define {{.*}}@spin_lock(
// O0: or i32 {{.*}}, [[SPIN]]
// CHECK-LABEL: define {{.*}}@spin_lock(
// CHECK: or i32 {{.*}}, [[SPIN]]
// CHECK: or i32 {{.*}}, [[SPIN]]
void spin_lock(void) {
  while (atomic_exchange(&lock, 1))
    while (atomic_load_explicit(&lock, memory_order_relaxed))
      __builtin_ia32_pause();
}

// CHECK-LABEL: define {{.*}}@compare_exchange(
// CHECK: or i32 {{.*}}, [[SPIN]]
void compare_exchange(void) {
  int expected = 0;
  while (!atomic_compare_exchange_weak(&lock, &expected, 1))
    expected = 0;
}

// CHECK-LABEL: define {{.*}}@back_off(
// CHECK: or i32 {{.*}}, [[SPIN]]
void back_off(void) {
  for (unsigned delay = 1; !flag; delay *= 2)
    for (unsigned i = 0; i < delay; i++)
      __builtin_ia32_pause();
}

// CHECK-LABEL: define {{.*}}@of_plain(
// CHECK: or i32 {{.*}}, [[SPIN]]
void of_plain(void) {
  while (!plain)
    __asm__ volatile("pause" ::: "memory");
}

// CHECK-LABEL: define {{.*}}@for_ever(
// CHECK: or i32 {{.*}}, [[SPIN]]
void for_ever(void) {
  for (;;)
    __builtin_ia32_pause();
}

// ---- loops that wait, and do something that others may see

// CHECK-LABEL: define {{.*}}@counting_visibly(
// CHECK: or i32 {{.*}}, [[WAIT]]
void counting_visibly(void) {
  while (!flag)
    count++;
}

// CHECK-LABEL: define {{.*}}@taking_tickets(
// CHECK: or i32 {{.*}}, [[WAIT]]
void taking_tickets(void) {
  while (!flag)
    atomic_fetch_add(&tickets, 1);
}

// CHECK-LABEL: define {{.*}}@working(
// CHECK: or i32 {{.*}}, [[WAIT]]
void working(void) {
  while (!flag)
    work();
}

// CHECK-LABEL: define {{.*}}@working_for_ever(
// CHECK: or i32 {{.*}}, [[WAIT]]
void working_for_ever(void) {
  for (;;)
    work();
}

// ---- loops that may end by their own doing

// What ends it cannot be seen.
// CHECK-LABEL: define {{.*}}@of_call(
// CHECK: or i32 {{.*}}, [[COMPUTE]]
void of_call(void) {
  while (!done())
    ;
}

// A nest polls in its outermost loop.
// CHECK-LABEL: define {{.*}}@multiply(
// CHECK-COUNT-1: call preserve_allcc void
// CHECK-NOT: call preserve_allcc void
// CHECK: ret void
void multiply(const double* a, const double* b, double* c, int n) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      double sum = 0;
      for (int k = 0; k < n; k++)
        sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
}

// The rest is left as it is.
// CHECK-LABEL: define {{.*}}@scalar_product(
// CHECK-NOT: simterpose.poll
double scalar_product(const double* a, const double* b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

// CHECK-LABEL: define {{.*}}@length(
// CHECK-NOT: simterpose.poll
struct node {
  struct node* next;
};
size_t length(const struct node* node) {
  size_t n = 0;
  for (; node != NULL; node = node->next)
    n++;
  return n;
}

// CHECK-LABEL: define {{.*}}@delay(
// CHECK-NOT: simterpose.poll
void delay(void) {
  for (volatile int i = 0; i < 1000; i++)
    ;
}

// CHECK-LABEL: define {{.*}}@may_be_stopped(
// CHECK-NOT: simterpose.poll
void may_be_stopped(int n) {
  for (int i = 0; i < n && !flag; i++)
    work();
}

// CHECK-LABEL: define {{.*}}@few_attempts(
// CHECK-NOT: simterpose.poll
// CHECK: ret i32
int few_attempts(void) {
  for (int i = 0; i < 50; i++)
    if (atomic_load(&ready))
      return 1;
  return 0;
}
