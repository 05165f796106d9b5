// The cases of docs/accuracy.md by SimGrid alone, with its default model (LV08): what a program
// that sends messages with s4u sees. There are no connections, so there is nothing to connect.
//
//   lv08 PLATFORM <CASES
//   transfer FROM TO START BYTES            prints "received DATE"
//   ask FROM TO BYTES FIRST PAUSE LAST      prints "asked DATE", "heard DATE", "answered DATE"
//   stream FROM TO START MARK UNTIL         prints "goodput MBIT/S" between MARK and UNTIL
//
// Each line is preceded by the number of its case.
#include <cstdio>
#include <iostream>
#include <simgrid/s4u.hpp>
#include <sstream>
#include <string>

namespace sg = simgrid::s4u;

namespace {

double now() { return sg::Engine::get_clock(); }

void say(int number, const char* what, double value) {
  printf("%d %s %.9f\n", number, what, value);
}

void transfer(int number, sg::Host* from, sg::Host* to, std::istringstream arguments) {
  double start, bytes;
  arguments >> start >> bytes;
  sg::this_actor::sleep_until(start);
  sg::Comm::sendto(from, to, static_cast<uint64_t>(bytes));
  say(number, "received", now());
}

void ask(int number, sg::Host* from, sg::Host* to, std::istringstream arguments) {
  double bytes, first, pause, last;
  arguments >> bytes >> first >> pause >> last;
  for (double date = first; date < last; date = now() + pause) {
    sg::this_actor::sleep_until(date);
    say(number, "asked", now());
    sg::Comm::sendto(from, to, static_cast<uint64_t>(bytes));
    say(number, "heard", now());
    sg::Comm::sendto(to, from, static_cast<uint64_t>(bytes));
    say(number, "answered", now());
  }
}

void stream(int number, sg::Host* from, sg::Host* to, std::istringstream arguments) {
  double start, mark, until;
  arguments >> start >> mark >> until;
  sg::this_actor::sleep_until(start);
  const sg::CommPtr flow = sg::Comm::sendto_async(from, to, 1'000'000'000'000'000);
  sg::this_actor::sleep_until(mark);
  const double then = flow->get_remaining();
  sg::this_actor::sleep_until(until);
  say(number, "goodput", (then - flow->get_remaining()) * 8 / (until - mark) / 1e6);
  flow->cancel();
}

} // namespace

int main(int count, char** arguments) {
  sg::Engine engine(&count, arguments);
  engine.load_platform(arguments[1]);
  int number = 0;
  for (std::string line; std::getline(std::cin, line); number++) {
    std::istringstream words(line);
    std::string what, from, to;
    words >> what >> from >> to;
    auto* run = what == "transfer" ? transfer : what == "ask" ? ask : stream;
    sg::Host* const sender = engine.host_by_name(from);
    sg::Host* const receiver = engine.host_by_name(to);
    std::string rest;
    std::getline(words, rest);
    sg::Actor::create(what, sender,
                      [=] { run(number, sender, receiver, std::istringstream(rest)); });
  }
  engine.run();
  return 0;
}
