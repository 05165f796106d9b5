// asio-echo PORT: an echo server by Asio, three threads in one io_context, until SIGTERM.
// asio-echo HOST PORT: three round trips by one connection; says what came back, and after how
// long.
#include <array>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <asio.hpp>

using asio::ip::tcp;

namespace {

class Session : public std::enable_shared_from_this<Session> {
public:
  explicit Session(tcp::socket socket)
      : socket_(std::move(socket)), patience_(socket_.get_executor()) {}

  void read() {
    patience_.expires_after(std::chrono::seconds(2));
    patience_.async_wait([self = shared_from_this()](asio::error_code error) {
      if (!error)
        self->socket_.close();
    });
    socket_.async_read_some(asio::buffer(data_),
                            [self = shared_from_this()](asio::error_code error, size_t size) {
                              if (error)
                                self->end(error);
                              else
                                self->write(size);
                            });
  }

private:
  void write(size_t size) {
    asio::async_write(socket_, asio::buffer(data_, size),
                      [self = shared_from_this()](asio::error_code error, size_t) {
                        if (error)
                          self->end(error);
                        else
                          self->read();
                      });
  }

  void end(asio::error_code error) {
    patience_.cancel();
    std::cout << "session ended: " << error.message() << std::endl;
  }

  tcp::socket socket_;
  asio::steady_timer patience_;
  std::array<char, 1024> data_;
};

/* The handlers of one session run one after the other, on any thread. */
void accept(tcp::acceptor& acceptor) {
  acceptor.async_accept(asio::make_strand(acceptor.get_executor()),
                        [&acceptor](asio::error_code error, tcp::socket socket) {
                          if (error)
                            return;
                          std::make_shared<Session>(std::move(socket))->read();
                          accept(acceptor);
                        });
}

void serve(unsigned short port) {
  asio::io_context context;
  tcp::acceptor acceptor(context, {tcp::v6(), port});
  asio::signal_set signals(context, SIGTERM);
  signals.async_wait([&](asio::error_code, int signal) {
    std::cout << "signal " << signal << std::endl;
    context.stop();
  });
  accept(acceptor);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; i++)
    threads.emplace_back([&] { context.run(); });
  for (auto& thread : threads)
    thread.join();
}

void ask(char const* host, char const* port) {
  asio::io_context context;
  tcp::resolver resolver(context);
  tcp::socket socket(context);
  resolver.async_resolve(
      host, port, [&](asio::error_code error, tcp::resolver::results_type found) {
        if (error)
          throw asio::system_error(error);
        asio::async_connect(socket, found, [](asio::error_code error, tcp::endpoint const& peer) {
          std::cout << "connected to " << peer << ": " << error.message() << std::endl;
        });
      });
  context.run();
  socket.set_option(tcp::no_delay(true));
  for (int i = 0; i < 3; i++) {
    auto const before = std::chrono::steady_clock::now();
    auto const text = "hello " + std::to_string(i);
    std::string back(text.size(), '\0');
    asio::write(socket, asio::buffer(text));
    asio::read(socket, asio::buffer(back));
    auto const after = std::chrono::steady_clock::now() - before;
    std::cout << back << " after "
              << std::chrono::duration_cast<std::chrono::milliseconds>(after).count() << " ms"
              << std::endl;
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc == 2)
    serve(static_cast<unsigned short>(std::atoi(argv[1])));
  else if (argc == 3)
    ask(argv[1], argv[2]);
  return 0;
}
