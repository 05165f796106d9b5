/* How long does an echo take?   client HOST:PORT
 *
 * Measures, with the client's own clock: connecting; an echo of one byte; of 64 KiB; ten echoes one
 * after the other; and ten at once, all sent before the first answer is read. */
#include "../common/net.h"

static char bytes[65536];

static void echo(int fd, size_t size) {
  if (!write_all(fd, bytes, size) || !read_all(fd, bytes, size))
    die("echo of %zu bytes", size);
}

static double start;

static void show(const char* what) {
  printf("%-26s %9.3f ms\n", what, (stopwatch() - start) * 1e3);
  start = stopwatch();
}

int main(int argc, char** argv) {
  if (argc != 2)
    die("usage: client HOST:PORT");
  resolve(argv[1]);
  start = stopwatch();
  const int fd = tcp_connect(argv[1]);
  show("connect");
  echo(fd, 1);
  show("1 byte");
  echo(fd, sizeof bytes);
  show("65536 bytes");
  for (int i = 0; i < 10; i++)
    echo(fd, 1);
  show("10 echoes, in turn");
  for (int i = 0; i < 10; i++)
    if (!write_all(fd, bytes, 1))
      die("write");
  if (!read_all(fd, bytes, 10))
    die("read");
  show("10 echoes, all at once");
  close(fd);
  return 0;
}
