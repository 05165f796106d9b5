// Mediated functions called in every way: by name, by address, from tables, with "...", with
// structures and floating-point numbers, through wrappers of headers and of the program.
// RUN: %same
// RUN: %same -D_FORTIFY_SOURCE=2
// RUN: %same -D_FILE_OFFSET_BITS=64 -fno-plt
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int printer(FILE*, const char*, ...);
static printer* const printers[] = {fprintf};
static struct {
  const char* name;
  ssize_t (*write)(int, const void*, size_t);
  ssize_t (*read)(int, void*, size_t);
} operations = {"file", write, read};
static int (*volatile pipe_later)(int*) = pipe;

static inline ssize_t write_text(int fd, const char* text) { return write(fd, text, strlen(text)); }

__attribute__((format(printf, 1, 2))) static void say(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
}

// A function of the program that has the name of a mediated one.
int shutdown(int a, int b) { return a * b; }

static void* thread(void* argument) {
  sleep(0);
  return argument;
}

static void at_exit(void) { puts("at exit"); }

int main(void) {
  printers[0](stdout, "%d %s %.2f %ld %c %.1f %.1f\n", 1, "two", 3.25, 4L, '5', 6.0, 7.0);
  say("%s %d %.1f %d %d %d %d %d\n", "say", 1, 2.0, 3, 4, 5, 6, 7);
  int ends[2];
  char buffer[32] = "";
  if (pipe_later(ends) != 0)
    return 1;
  write_text(ends[1], "first ");
  operations.write(ends[1], "second", 6);
  struct pollfd polled = {.fd = ends[0], .events = POLLIN};
  printf("%d %d\n", poll(&polled, 1, 100), polled.revents == POLLIN);
  printf("%zd\n", operations.read(ends[0], buffer, sizeof buffer));
  printf("%s %d\n", buffer, operations.read == read);
  printf("%d\n", shutdown(6, 7));
  struct in_addr address = {htonl(INADDR_LOOPBACK)};
  printf("%s\n", inet_ntoa(address));
  pthread_t id;
  void* result = NULL;
  pthread_create(&id, NULL, thread, &operations);
  pthread_join(id, &result);
  printf("%d\n", result == &operations);
  setenv("NAME", "value", 1);
  printf("%s %d\n", getenv("NAME"), open("/nowhere/at/all", O_RDONLY));
  FILE** streams[] = {&stdout, &stderr};
  fputs("through a pointer to stdout\n", *streams[0]);
  void* (*volatile allocate)(size_t) = malloc;
  void (*volatile release)(void*) = free;
  char* block = strcpy(allocate(10), "block");
  puts(block);
  release(block);
  atexit(at_exit);
  fflush(stdout);
  return 0;
}
