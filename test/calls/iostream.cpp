// CALLS: _ZNSt8ios_base15sync_with_stdioEb
// RUN: %both_cxx
//
// C++ streams, which libstdc++ implements without our help.
#include "check.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <unistd.h>

int main() {
  std::ios_base::sync_with_stdio(false);
  CHECK(std::freopen("out", "w", stdout));
  std::ios_base::sync_with_stdio(true);
  std::cout << "text " << 42 << std::endl;
  std::printf("between\n");
  std::cout << "last\n" << std::flush;
  std::fflush(stdout);
  std::ifstream in("out");
  std::string line;
  int lines = 0;
  while (std::getline(in, line))
    lines++;
  CHECK_EQ(lines, 3);
  {
    std::ofstream out("written");
    out << "1 2 3";
  }
  int a, b, c;
  std::ifstream("written") >> a >> b >> c;
  CHECK_EQ(a + b + c, 6);
  namespace fs = std::filesystem;
  fs::create_directories("one/two");
  std::ofstream("one/two/three") << "x";
  CHECK_EQ(fs::file_size("one/two/three"), 1);
  int entries = 0;
  for (const auto& entry : fs::recursive_directory_iterator("one"))
    entries += !entry.path().empty();
  CHECK_EQ(entries, 2);
  CHECK_EQ(fs::remove_all("one"), 3);
  CHECK(!fs::exists("one"));
  fs::current_path("/");
  CHECK(fs::current_path() == "/");
  return 0;
}
