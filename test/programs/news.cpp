// news NAME TOPIC PEER...: publishes 100 messages by ZeroMQ, one each 10 ms from a second after its
// start, "even" and "odd" ones by turns, and subscribes to those of a topic from all peers. Says
// what came from each, in which order, and how long the messages were under way.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <thread>

#include <zmq.h>

namespace {

constexpr int messages = 100;
constexpr const char* port = ":5556";

void check(bool good, const char* what) {
  if (good)
    return;
  std::cerr << what << ": " << zmq_strerror(zmq_errno()) << '\n';
  std::exit(1);
}

long long now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

void publish(void* context, const std::string& name) {
  void* const socket = zmq_socket(context, ZMQ_PUB);
  check(socket && zmq_bind(socket, (std::string("tcp://*") + port).c_str()) == 0, "bind");
  std::this_thread::sleep_for(std::chrono::seconds(1));
  for (int number = 1; number <= messages; number++) {
    std::ostringstream text;
    text << (number % 2 == 0 ? "even " : "odd ") << name << ' ' << number << ' ' << now();
    check(zmq_send(socket, text.str().data(), text.str().size(), 0) > 0, "send");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  check(zmq_close(socket) == 0, "close");
}

struct heard {
  int count = 0, first = 0, last = 0;
  long long shortest = 0, longest = 0;

  void add(int number, long long delay) {
    check(number > last, "order");
    if (count++ == 0) {
      first = number;
      shortest = longest = delay;
    }
    last = number;
    shortest = std::min(shortest, delay);
    longest = std::max(longest, delay);
  }
};

// Until nothing has come for three seconds.
std::map<std::string, heard> subscribe(void* context, const char* topic, char** peers) {
  void* const socket = zmq_socket(context, ZMQ_SUB);
  const int patience = 3000;
  check(socket && zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience) == 0, "timeout");
  check(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, topic, std::string(topic).size()) == 0, "subscribe");
  for (; *peers; peers++)
    check(zmq_connect(socket, ("tcp://" + std::string(*peers) + port).c_str()) == 0, "connect");
  std::map<std::string, heard> all;
  char buffer[256];
  for (int length; (length = zmq_recv(socket, buffer, sizeof buffer, 0)) >= 0;) {
    std::istringstream text(std::string(buffer, static_cast<std::size_t>(length)));
    std::string found, from;
    int number;
    long long sent;
    text >> found >> from >> number >> sent;
    check(found == topic, "topic");
    all[from].add(number, now() - sent);
  }
  check(zmq_errno() == EAGAIN, "receive");
  check(zmq_close(socket) == 0, "close");
  return all;
}

} // namespace

int main(int argc, char** argv) {
  check(argc > 3, "arguments");
  void* const context = zmq_ctx_new();
  std::thread publisher(publish, context, argv[1]);
  for (const auto& [from, what] : subscribe(context, argv[2], argv + 3))
    std::cout << from << ' ' << what.count << ' ' << what.first << ' ' << what.last << ' '
              << what.shortest << ' ' << what.longest << '\n';
  publisher.join();
  return zmq_ctx_term(context) == 0 ? 0 : 1;
}
