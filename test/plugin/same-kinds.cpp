// Every kind of state in C++: dynamic initialisation in order, templates, inline variables, guards,
// thread-locals with constructors, exceptions, destructors at the end.
// RUN: %same_cxx
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

struct Trace {
  const char* name;
  explicit Trace(const char* n) : name(n) { std::printf("+%s\n", name); }
  ~Trace() { std::printf("-%s\n", name); }
};

static Trace first("first");
Trace early __attribute__((init_priority(200)))("early");
Trace earliest __attribute__((init_priority(150)))("earliest");
template <class T> struct Holder {
  static T plain;
  static inline std::vector<T> list{1, 2, 3};
  static thread_local T local;
};
template <class T> T Holder<T>::plain = std::atoi("42");
template <class T> thread_local T Holder<T>::local = Holder<T>::plain + 1;
inline int counter = 5;
inline std::string text = "a string too long to be stored in the object itself";
extern const int computed;
const int computed = std::atoi("17");
thread_local std::string per_thread = "per thread";
thread_local Trace traced("thread");
static std::map<std::string, int> map{{"one", 1}, {"two", 2}};
static const std::map<std::string, int>& reference = map;
static std::function<int()> function = [] { return ++counter; };
__attribute__((constructor)) static void constructor(int argc, char** argv, char** envp) {
  std::printf("constructor %d %d %d\n", argc, argv[0] != nullptr, envp != nullptr);
}
__attribute__((destructor)) static void destructor() { std::puts("destructor"); }

struct Base {
  static int made;
  Base() { made++; }
  virtual ~Base() { made--; }
  virtual const char* name() const { return "base"; }
};
int Base::made;
struct Derived : Base {
  const char* name() const override { return "derived"; }
};

static int& lazily() {
  static int value = std::atoi("10");
  static Trace trace("lazily");
  return ++value;
}

struct Error : std::runtime_error {
  static int count;
  using std::runtime_error::runtime_error;
};
int Error::count;
static void fail(int depth) {
  Trace guard("guard");
  if (depth == 0) {
    Error::count++;
    throw Error("failed " + std::to_string(Error::count));
  }
  fail(depth - 1);
}

int main() {
  std::printf("%d %zu %d %d %s %d\n", Holder<int>::plain, Holder<int>::list.size(),
              Holder<int>::local, counter, text.c_str(), computed);
  std::printf("%d %d %d %d\n", lazily(), lazily(), function(), reference.at("two"));
  std::unique_ptr<Base> object = std::make_unique<Derived>();
  std::printf("%s %d %d\n", object->name(), Base::made, dynamic_cast<Derived*>(object.get()) != nullptr);
  try {
    fail(1);
  } catch (const std::logic_error&) {
    std::puts("wrong");
  } catch (const Error& error) {
    std::printf("%s\n", error.what());
  }
  std::atexit([] { std::printf("at exit %d\n", counter); });
  std::thread([] {
    per_thread += " changed";
    Holder<int>::local++;
    std::printf("%s %d %s\n", per_thread.c_str(), Holder<int>::local, traced.name);
  }).join();
  std::printf("%s %d\n", per_thread.c_str(), Holder<int>::local);
}
