/* Sorting and searching: own code and the library's. */
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

enum { COUNT = 1 << 12 };
static int numbers[COUNT], sorted[COUNT], work[COUNT];

NOINLINE static void heap_sort(int* a, int n) {
  for (int start = n / 2, end = n; end > 1;) {
    if (start > 0) {
      start--;
    } else {
      end--;
      const int last = a[end];
      a[end] = a[0];
      a[0] = last;
    }
    const int moved = a[start];
    int root = start, child;
    while ((child = 2 * root + 1) < end) {
      if (child + 1 < end && a[child] < a[child + 1])
        child++;
      if (a[child] <= moved)
        break;
      a[root] = a[child];
      root = child;
    }
    a[root] = moved;
  }
}

NOINLINE static void quick_sort(int* a, int n) {
  while (n > 12) {
    const int pivot = a[n / 2];
    int i = 0, j = n - 1;
    while (i <= j) {
      while (a[i] < pivot)
        i++;
      while (a[j] > pivot)
        j--;
      if (i <= j) {
        const int swapped = a[i];
        a[i++] = a[j];
        a[j--] = swapped;
      }
    }
    quick_sort(a, j + 1);
    a += i;
    n -= i;
  }
  for (int i = 1; i < n; i++) {
    const int moved = a[i];
    int j = i;
    for (; j > 0 && a[j - 1] > moved; j--)
      a[j] = a[j - 1];
    a[j] = moved;
  }
}

static int compare(const void* a, const void* b) {
  const int x = *(const int*)a, y = *(const int*)b;
  return x < y ? -1 : x > y;
}

static void heap(void) {
  memcpy(work, numbers, sizeof work);
  heap_sort(work, COUNT);
  kernel_sink += (unsigned)work[1];
}

static void quick(void) {
  memcpy(work, numbers, sizeof work);
  quick_sort(work, COUNT);
  kernel_sink += (unsigned)work[1];
}

static void library(void) {
  memcpy(work, numbers, sizeof work);
  qsort(work, COUNT, sizeof *work, compare);
  kernel_sink += (unsigned)work[1];
}

NOINLINE static int search(const int* a, int n, int key) {
  int low = 0, high = n;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (a[middle] < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void binary_search(void) {
  for (int i = 0; i < COUNT; i++)
    kernel_sink += (unsigned)search(sorted, COUNT, numbers[i]);
}

static void prepare(void) {
  unsigned random = 1;
  for (int i = 0; i < COUNT; i++)
    numbers[i] = sorted[i] = (int)kernel_random(&random);
  heap_sort(sorted, COUNT);
}

static const struct kernel kernels[] = {
    {"heap_sort", heap, NULL},
    {"quick_sort", quick, NULL},
    {"qsort", library, NULL},
    {"binary_search", binary_search, NULL},
};
KERNEL_GROUP(sorting, prepare, kernels);
