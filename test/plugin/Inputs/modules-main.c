#include <stdio.h>
extern int with_counter, with_array[], *with_pointer, without_counter;
extern _Thread_local int with_thread_local;
extern const struct {
  int number;
  int* counter;
} with_constant;
int with_count(void), *with_address(void), with_overridden(void), with_thread_local_count(void);
int *without_address(void), program_count(void), program_thread_local_count(void);

int overridden = 7;
int program_counter = 1;
_Thread_local int program_thread_local = 300;
static int* const address = &with_counter;

int main(void) {
  with_count();
  with_array[2] += program_count();
  printf("main %d %d %d\n", with_counter, *with_pointer, with_array[2]);
  printf("pointers %d %d %d\n", address == with_address(), with_pointer == address,
         &without_counter == without_address());
  printf("overridden %d %d\n", overridden, with_overridden());
  with_thread_local_count();
  program_thread_local_count();
  printf("thread-locals %d %d %d %d\n", with_thread_local, 21, program_thread_local, 301);
  printf("constant %d %d\n", with_constant.number, with_constant.counter == address);
  printf("inline %d %d\n", program_counter, 2);
  return 0;
}
