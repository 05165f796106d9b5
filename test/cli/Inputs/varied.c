/* What check-determinism.test runs: the same in every run, or, told so, different on purpose: by
 * the parity of a real number of the machine's that each run finds one higher (a counter in the
 * real file system that a system call instruction reads and writes behind the emulation). */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long real_call(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c)
                   : "rcx", "r11", "memory");
  return result;
}

/* The id of the real process: another one in each run. */
static long different(void) { return real_call(SYS_getpid, 0, 0, 0); }

/* 0 in one run and 1 in the next. */
static int alternating(void) {
  const int file = (int)real_call(SYS_open, (long)"parity", O_RDWR | O_CREAT, 0600);
  char parity = 0;
  real_call(SYS_read, file, (long)&parity, 1);
  parity = !parity;
  real_call(SYS_lseek, file, 0, SEEK_SET);
  real_call(SYS_write, file, (long)&parity, 1);
  real_call(SYS_close, file, 0, 0);
  return parity;
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* work(void* number) {
  for (int i = 0; i < 5; i++) {
    unsigned delay;
    getrandom(&delay, sizeof delay, 0);
    usleep(delay % 10000);
    pthread_mutex_lock(&mutex);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    printf("thread %d: %ld.%09ld %u\n", *(int*)number, (long)now.tv_sec, now.tv_nsec, delay);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

static void quietly(void) {
  pthread_t threads[4];
  int numbers[4];
  for (int i = 0; i < 4; i++) {
    numbers[i] = i;
    pthread_create(&threads[i], NULL, work, &numbers[i]);
  }
  for (int i = 0; i < 4; i++)
    pthread_join(threads[i], NULL);
  close(open("empty", O_WRONLY | O_CREAT, 0640));
}

int main(int argc, char** argv) {
  const char* const what = argc > 1 ? argv[1] : "";
  char name[32];
  if (strcmp(what, "quietly") == 0) {
    quietly();
  } else if (strcmp(what, "fail") == 0) {
    return 3;
  } else if (strcmp(what, "line") == 0) {
    printf("a line\n%07ld\n", different());
  } else if (strcmp(what, "more") == 0) {
    puts(alternating() ? "a line\nagain" : "a line");
  } else if (strcmp(what, "bytes") == 0) {
    const long number = different();
    const int file = open("data", O_WRONLY | O_CREAT, 0600);
    write(file, "0123456789abcde", 16);
    write(file, &number, 1);
  } else if (strcmp(what, "name") == 0) {
    snprintf(name, sizeof name, "%ld", different());
    close(open(name, O_WRONLY | O_CREAT, 0600));
  } else if (strcmp(what, "mode") == 0) {
    close(open("file", O_WRONLY | O_CREAT, alternating() ? 0600 : 0700));
  } else if (strcmp(what, "status") == 0) {
    return alternating();
  } else if (strcmp(what, "date") == 0) {
    usleep((useconds_t)different());
  }
  return 0;
}
