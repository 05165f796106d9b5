/* Gets the whole file from the server.   fetch HOST:PORT PIECES */
#include "content.h"

int main(int argc, char** argv) {
  if (argc != 3)
    die("usage: fetch HOST:PORT PIECES");
  const size_t size = (size_t)atoi(argv[2]) * PIECE;
  uint64_t* const file = malloc(size);
  const double start = stopwatch();
  const int fd = tcp_connect(argv[1]);
  if (!read_all(fd, file, size))
    die("the server has gone");
  printf("complete after %.3f s, %s\n", stopwatch() - start,
         right(file, 0, size / sizeof *file) ? "right" : "WRONG");
  return !right(file, 0, size / sizeof *file);
}
