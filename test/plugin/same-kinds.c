// Every kind of state in C.
// RUN: %same -fcommon
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int common, common_array[10];
static int aliased = 4;
extern int alias_of_it __attribute__((alias("aliased")));
__attribute__((weak)) int weak = 5;
extern int absent __attribute__((weak));
_Atomic int atomic = 6;
static __thread char thread_local_buffer[16] = "tls";
__thread int* thread_local_pointer;
__attribute__((section("gathered"))) int gathered_one = 1;
__attribute__((section("gathered"))) int gathered_two = 2;
extern int __start_gathered[], __stop_gathered[];
__attribute__((section("pointers"), used)) static int* const listed = &gathered_one;
extern int* const __start_pointers[];
extern char etext[];

struct node {
  struct node* next;
  const char* name;
  int* value;
  long number;
};
extern struct node second;
static struct node first = {&second, "first", &common, (long)&first};
struct node second = {&first, "second", &common_array[3], 2};
int* const middle = &common_array[5];
int* const end = &common_array[10];
static int (*const printers[])(const char*) = {puts, puts};

static int count(void) {
  static int calls;
  return ++calls;
}

static int* choose(int which) {
  switch (which) {
  case 0: return &common;
  case 1: return &aliased;
  case 2: return &weak;
  case 3: return &gathered_one;
  case 4: return common_array;
  default: return NULL;
  }
}

static const char* name(int which) {
  static const char* names[] = {"zero", "one", "two"};
  return which % 2 ? names[which] : which ? names[2] : names[0];
}

struct pair {
  int *a, *b;
};
__attribute__((noinline)) static struct pair pair(int which) {
  struct pair both = {&common, &weak};
  if (which)
    both.a = &aliased;
  return both;
}

static jmp_buf back;
__attribute__((noinline)) static void jump(void) { longjmp(back, ++aliased); }

__attribute__((optnone, noinline)) static int unoptimised(int a) {
  common_array[a] += aliased;
  return common_array[a];
}

static void* volatile hidden;
static int compare(const void* a, const void* b) { return *(const int*)a - *(const int*)b; }

int main(int argc, char** argv) {
  (void)argv;
  common = argc;
  alias_of_it++;
  printf("%d %d %d %d %d\n", common, aliased, alias_of_it, weak, &absent == NULL);
  atomic_fetch_add(&atomic, 2);
  int expected = 8;
  printf("%d %d\n", atomic_compare_exchange_strong(&atomic, &expected, 9), atomic);
  strcat(thread_local_buffer, "+");
  thread_local_pointer = &common;
  printf("%s %d\n", thread_local_buffer, *thread_local_pointer);
  int sum = 0;
  for (int* i = __start_gathered; i < __stop_gathered; i++)
    sum += *i;
  gathered_one = 7;
  printf("%d %ld %d %d\n", sum, (long)(__stop_gathered - __start_gathered), *__start_gathered,
         **__start_pointers);
  printf("%d %s %s\n", first.next->next == &first, first.next->name, second.next->name);
  *second.value = 11;
  printf("%d %d %d %d\n", common_array[3], first.value == &common, (void*)first.number == &first,
         (int)(end - middle));
  count();
  printf("%d\n", count());
  for (int i = 0; i < 6; i++)
    if (choose(i))
      printf("%d ", *choose(i));
  for (int i = 0; i < 3; i++)
    printers[i % 2](name(i));
  struct pair both = pair(argc - 1), other = pair(argc);
  printf("%d %d %d %d\n", *both.a, *both.b, *other.a, both.b == other.b);
  int value = setjmp(back);
  if (value < 8)
    jump();
  printf("%d %d\n", value, aliased);
  printf("%d %d\n", unoptimised(3), unoptimised(3));
  hidden = argc > 1 ? (void*)&common : (void*)&first;
  printf("%d %d\n", hidden == &first, hidden == etext);
  static int numbers[] = {3, 1, 2};
  qsort(numbers, 3, sizeof *numbers, compare);
  printf("%d %d %d\n", numbers[0], numbers[1], numbers[2]);
  int output;
  __asm__("movl %1, %0" : "=r"(output) : "m"(numbers[2]));
  __asm__("incl %0" : "+m"(numbers[2]));
  printf("%d %d\n", output, numbers[2]);
  static void* const labels[] = {&&one, &&two};
  goto* labels[argc - 1];
two:
  puts("two");
one:
  puts("one");
  return 0;
}
