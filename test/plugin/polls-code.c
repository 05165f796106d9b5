// Loops that poll compute what they computed, with values in all kinds of registers, natively and
// emulated, where polls come and go.
// RUN: %same
// RUN: %same -march=native
#include <stdio.h>

static volatile int never;

__attribute__((noinline)) static int is_done(int i) { return i == 20000; }

/* More values than registers, integers and floating-point, live across the poll. */
__attribute__((noinline)) static double many(int start) {
  double a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8;
  float p = 1, q = 2, r = 3, s = 4;
  long double x = 1;
  long i = start, j = 1, k = 2, l = 3, m = 4, n = 5, o = 6;
  while (!is_done((int)i)) {
    a = a * 0.5 + b, b = b * 0.25 + c, c = c * 0.125 + d, d = d * 0.5 + e;
    e = e * 0.5 + f, f = f * 0.25 + g, g = g * 0.125 + h, h = h * 0.5 + 1;
    p = p * 0.5f + q, q = q * 0.5f + r, r = r * 0.5f + s, s = s * 0.5f + 1;
    x = x / 3 + (long double)j;
    i++, j += i, k ^= j, l += k, m ^= l, n += m, o ^= n;
  }
  return a + b + c + d + e + f + g + h + (double)(p + q + r + s) + (double)x +
         (double)((j ^ k ^ l ^ m ^ n ^ o) & 0xffffff);
}

/* A loop that waits for what never comes, but ends. */
__attribute__((noinline)) static unsigned waiting(unsigned n, float* out) {
  float sum[8] = {0};
  unsigned steps = 0;
  while (!never) {
    for (int i = 0; i < 8; i++)
      sum[i] = sum[i] * 0.5f + (float)i;
    if (++steps == n)
      break;
  }
  for (int i = 0; i < 8; i++)
    *out += sum[i];
  return steps;
}

/* Several ways around, several ways out. */
__attribute__((noinline)) static int tangled(int n) {
  int count = 0;
again:
  count++;
  if (count % 3 == 0) {
    n--;
    if (n > 0 && !never)
      goto again;
  } else if (count % 5 == 0) {
    n -= 2;
    goto again;
  }
  switch (n % 4) {
  case 0:
    n--;
    goto again;
  case 1:
    if (n > 1) {
      n -= 3;
      goto again;
    }
    break;
  default:
    if (n < 0)
      break;
    n--;
    goto again;
  }
  return count;
}

int main(void) {
  printf("%.6f %.6f\n", many(0), many(19000));
  float sum = 0;
  printf("%u %.4f\n", waiting(1000000, &sum), (double)sum);
  printf("%d %d\n", tangled(100000), tangled(7));
  return 0;
}
