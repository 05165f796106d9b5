/* A library with state of all kinds. */
#include <unistd.h>
#include <vector>

namespace bank {
std::vector<int> accounts;
long sum;
thread_local int visits = 5;
static int hidden = 40;

__attribute__((noinline)) long deposit(int amount) {
  accounts.push_back(amount);
  sum += amount;
  hidden++;
  visits++;
  usleep(500);
  return sum + hidden;
}
} // namespace bank
