/* Arithmetic: integers, floating point, matrices. */
#include <stdint.h>

#include "kernels.h"

NOINLINE static unsigned collatz(unsigned long x) {
  unsigned steps = 0;
  for (; x != 1; steps++)
    x = x & 1 ? 3 * x + 1 : x / 2;
  return steps;
}

static void integers(void) {
  for (unsigned long i = 1; i < 6000; i++)
    kernel_sink += collatz(i);
}

NOINLINE static unsigned divisor(unsigned a, unsigned b) {
  while (b != 0) {
    const unsigned rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static void divisions(void) {
  for (unsigned i = 1; i < 20000; i++)
    kernel_sink += divisor(i * 7919, 1000003);
}

/* The set of Mandelbrot: a chain of additions and multiplications that ends by data. */
NOINLINE static unsigned escape(double x0, double y0) {
  double x = 0, y = 0;
  unsigned i = 0;
  while (x * x + y * y < 4 && i < 100) {
    const double next = x * x - y * y + x0;
    y = 2 * x * y + y0;
    x = next;
    i++;
  }
  return i;
}

static void floating(void) {
  for (int i = 0; i < 60; i++)
    for (int j = 0; j < 40; j++)
      kernel_sink += escape(-2 + i * 0.05, -1 + j * 0.05);
}

enum { BODIES = 24 };
static double position[BODIES][3], velocity[BODIES][3];

NOINLINE static void attract(void) {
  for (int i = 0; i < BODIES; i++)
    for (int j = i + 1; j < BODIES; j++) {
      double d[3], square = 0.01;
      for (int k = 0; k < 3; k++) {
        d[k] = position[i][k] - position[j][k];
        square += d[k] * d[k];
      }
      const double force = 1e-6 / (square * __builtin_sqrt(square));
      for (int k = 0; k < 3; k++) {
        velocity[i][k] -= d[k] * force;
        velocity[j][k] += d[k] * force;
      }
    }
}

static void bodies(void) {
  for (int i = 0; i < 300; i++)
    attract();
  kernel_sink += (unsigned long)(velocity[3][1] * 1000);
}

enum { SIDE = 96 };
static double left[SIDE * SIDE], right[SIDE * SIDE], product[SIDE * SIDE];

NOINLINE static void multiply(const double* a, const double* b, double* c, int n) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      double sum = 0;
      for (int k = 0; k < n; k++)
        sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
}

static void matrices(void) {
  multiply(left, right, product, SIDE);
  kernel_sink += (unsigned long)product[5];
}

static void small_matrices(void) {
  for (int i = 0; i < 3000; i++)
    multiply(left, right, product, 5);
  kernel_sink += (unsigned long)product[5];
}

static void prepare(void) {
  for (int i = 0; i < SIDE * SIDE; i++)
    left[i] = right[i] = i;
  for (int i = 0; i < BODIES; i++)
    for (int k = 0; k < 3; k++)
      position[i][k] = (i * 7 + k * 5) % 11;
}

static const struct kernel kernels[] = {
    {"integers", integers, NULL}, {"divisions", divisions, NULL},
    {"floating", floating, NULL}, {"bodies", bodies, NULL},
    {"matrices", matrices, NULL}, {"small_matrices", small_matrices, NULL},
};
KERNEL_GROUP(numbers, prepare, kernels);
