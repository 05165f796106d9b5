/* Says when each line comes, what poll and FIONREAD say between lines, and when all ends. With an
 * argument it does not wait for the end. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (double)(now.tv_sec - 1577836800) + (double)now.tv_nsec * 1e-9;
}

int main(int argc, char** argv) {
  struct pollfd wanted = {.fd = STDIN_FILENO, .events = POLLIN};
  char text[100];
  struct stat status;
  (void)argv;
  fstat(STDIN_FILENO, &status);
  printf("%s\n", S_ISFIFO(status.st_mode) ? "a pipe" : "not a pipe");
  for (;;) {
    fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    if (read(STDIN_FILENO, text, 0) != 0)
      puts("nothing is something");
    poll(&wanted, 1, -1);
    int ready = 0;
    ioctl(STDIN_FILENO, FIONREAD, &ready);
    const ssize_t size = read(STDIN_FILENO, text, sizeof text - 1);
    if (size <= 0)
      break;
    text[size] = '\0';
    text[strcspn(text, "\n")] = '|';
    printf("%.3f %d %d %s\n", now(), (wanted.revents & POLLIN) != 0, (int)size == ready, text);
    if (argc > 1 && strncmp(text, "quit", 4) == 0)
      return 0;
    if (poll(&wanted, 1, 0) == 0 && read(STDIN_FILENO, text, 1) != -1)
      puts("it is not there, and can be read");
    fcntl(STDIN_FILENO, F_SETFL, 0);
  }
  printf("%.3f end %d\n", now(), (wanted.revents & POLLHUP) != 0);
  return 0;
}
