/* Clients that work at the same time, each by itself.   load HOST:PORT CLIENTS REQUESTS NUMBER
 * [IDLE]
 *
 * CLIENTS threads connect and ask REQUESTS times each for the number of primes below NUMBER; IDLE
 * more connections are open meanwhile and say nothing. Prints how long the answers took. */
#include <pthread.h>

#include "../common/net.h"

static const char* server;
static int requests;
static char question[16];
static double* took;

static void* ask(void* first) {
  double* const mine = first;
  const int fd = tcp_connect(server);
  for (int i = 0; i < requests; i++) {
    const double asked = stopwatch();
    char answer[32];
    if (!write_all(fd, question, strlen(question)) || read(fd, answer, sizeof answer) <= 0)
      die("no answer");
    mine[i] = stopwatch() - asked;
  }
  close(fd);
  return NULL;
}

static int compare(const void* a, const void* b) {
  const double x = *(const double*)a, y = *(const double*)b;
  return (x > y) - (x < y);
}

int main(int argc, char** argv) {
  if (argc < 5)
    die("usage: load HOST:PORT CLIENTS REQUESTS NUMBER [IDLE]");
  server = argv[1];
  const int clients = atoi(argv[2]), idle = argc > 5 ? atoi(argv[5]) : 0;
  requests = atoi(argv[3]);
  snprintf(question, sizeof question, "%d\n", atoi(argv[4]));
  const int total = clients * requests;
  if (clients < 1 || requests < 1)
    die("at least one client with one request");
  took = calloc((size_t)total, sizeof *took);
  pthread_t* const threads = calloc((size_t)clients, sizeof *threads);

  for (int i = 0; i < idle; i++)
    tcp_connect(server);
  const double start = stopwatch();
  for (int i = 0; i < clients; i++)
    if (pthread_create(&threads[i], NULL, ask, took + i * requests) != 0)
      die("pthread_create");
  for (int i = 0; i < clients; i++)
    pthread_join(threads[i], NULL);
  const double all = stopwatch() - start;

  qsort(took, (size_t)total, sizeof *took, compare);
  printf("%d answers in %.3f s: %.0f per second; a half within %.2f ms, 99 %% within %.2f ms, the "
         "slowest %.2f ms\n",
         total, all, total / all, took[total / 2] * 1e3, took[total * 99 / 100] * 1e3,
         took[total - 1] * 1e3);
  return 0;
}
