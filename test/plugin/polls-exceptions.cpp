// Polls in loops around exceptions: thrown, caught and passed through.
// RUN: %same_cxx
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

static volatile int never;
static int alive;

struct Counted {
  Counted() { alive++; }
  ~Counted() { alive--; }
};

[[gnu::noinline]] static int attempt(int i) {
  Counted counted;
  if (i % 3 == 0)
    throw std::runtime_error(std::to_string(i));
  return i;
}

[[gnu::noinline]] static long retry() {
  long sum = 0;
  for (int i = 0; !never; i++) {
    try {
      auto const held = std::make_unique<Counted>();
      sum += attempt(i);
    } catch (std::runtime_error const& error) {
      sum -= std::stoi(error.what());
      if (i > 3000)
        throw;
    }
  }
  return sum;
}

int main() {
  try {
    std::printf("%ld\n", retry());
  } catch (std::exception const& error) {
    std::printf("%s %d\n", error.what(), alive);
  }
}
