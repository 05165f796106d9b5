/* A program of C++ with threads, a library and one loaded at run time (the second argument); then
 * another program (the third). */
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <thread>
#include <unistd.h>

namespace bank {
long deposit(int amount);
}

static int counter;

struct Thing {
  static int made;
  Thing() { made++; }
  virtual ~Thing() = default;
  virtual int value() { return counter; }
};
int Thing::made;

int main(int, char** argv) {
  int const rank = atoi(argv[1]);
  counter = rank * 10;
  Thing thing, other;
  for (int i = 0; i < 3; i++)
    bank::deposit(rank + i);
  std::thread thread([&] {
    counter++;
    usleep(1000 + thing.value());
  });
  void* const library = dlopen(argv[2], RTLD_NOW);
  auto const step = reinterpret_cast<int (*)(int)>(dlsym(library, "late_step"));
  step(rank);
  usleep(100);
  step(1);
  thread.join();
  printf("%d\n", counter);
  fflush(stdout);
  execl(argv[3], argv[3], "7", nullptr);
}
