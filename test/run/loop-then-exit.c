// A loop is not taken for one that only waits because the program ends after it.
//
// RUN: %stp_clang -Os %s -o %t
// RUN: %simterpose run -n 1 -o %t.out %t a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s t u v w x y z
#include <stdlib.h>

__attribute__((noinline, noreturn)) static void count_and_end(char** arguments) {
  int count = 0;
  while (arguments[count])
    count++;
  exit(count == 157 ? 0 : 1);
}

int main(int argc, char** argv) {
  (void)argc;
  count_and_end(argv);
}
