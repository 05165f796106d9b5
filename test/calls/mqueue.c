// CALLS: mq_open mq_close mq_unlink mq_send mq_timedsend mq_receive mq_timedreceive mq_getattr
// CALLS: mq_setattr mq_notify
// RUN: %both
// POSIX message queues: names, attributes, priorities, waiting, poll, notification.
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "elapsed.h"

static char name[32];
static mqd_t queue;

static mqd_t make(long length, long size, int flags) {
  struct mq_attr attributes = {.mq_maxmsg = length, .mq_msgsize = size};
  mqd_t made = mq_open(name, O_RDWR | O_CREAT | O_EXCL | flags, 0600, &attributes);
  CHECK(made != -1);
  return made;
}

static void names(void) {
  CHECK_ERRNO(mq_open(name, O_RDWR), ENOENT);
  CHECK_ERRNO(mq_open("no-slash", O_RDWR), EINVAL);
  CHECK_ERRNO(mq_open("/", O_RDWR | O_CREAT, 0600, NULL), ENOENT);
  CHECK_ERRNO(mq_open("/a/b", O_RDWR | O_CREAT, 0600, NULL), EACCES);
  char long_name[300] = "/";
  memset(long_name + 1, 'x', 256);
  CHECK_ERRNO(mq_open(long_name, O_RDWR | O_CREAT, 0600, NULL), ENAMETOOLONG);
  struct mq_attr attributes = {.mq_maxmsg = 0, .mq_msgsize = 10};
  CHECK_ERRNO(mq_open(name, O_RDWR | O_CREAT, 0600, &attributes), EINVAL);
  attributes = (struct mq_attr){.mq_maxmsg = 1000000, .mq_msgsize = 10};
  CHECK_ERRNO(mq_open(name, O_RDWR | O_CREAT, 0600, &attributes), EINVAL);
  attributes = (struct mq_attr){.mq_maxmsg = 3, .mq_msgsize = 100000000};
  CHECK_ERRNO(mq_open(name, O_RDWR | O_CREAT, 0600, &attributes), EINVAL);
  CHECK_ERRNO(mq_unlink(name), ENOENT);
  CHECK_ERRNO(mq_unlink("no-slash"), EINVAL);

  queue = mq_open(name, O_RDWR | O_CREAT, 0600, NULL);
  CHECK(queue != -1);
  CHECK_EQ(fcntl(queue, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(mq_getattr(queue, &attributes), 0);
  CHECK_EQ(attributes.mq_maxmsg, 10);
  CHECK_EQ(attributes.mq_msgsize, 8192);
  CHECK_EQ(attributes.mq_flags, 0);
  CHECK_EQ(attributes.mq_curmsgs, 0);
  CHECK_ERRNO(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL), EEXIST);
  struct stat status;
  CHECK_EQ(fstat(queue, &status), 0);
  CHECK_EQ(status.st_mode, S_IFREG | 0600);
  mqd_t reader = mq_open(name, O_RDONLY), writer = mq_open(name, O_WRONLY);
  CHECK(reader != -1 && writer != -1);
  CHECK_ERRNO(mq_send(reader, "a", 1, 0), EBADF);
  char text[8192];
  CHECK_ERRNO(mq_receive(writer, text, sizeof text, NULL), EBADF);
  /* A name that is taken away leaves the queue to those who have it open. */
  CHECK_EQ(mq_unlink(name), 0);
  CHECK_ERRNO(mq_open(name, O_RDWR), ENOENT);
  CHECK_EQ(mq_send(writer, "still", 6, 0), 0);
  CHECK_EQ(read(reader, text, 12), 12);
  CHECK(memcmp(text, "QSIZE:6     ", 12) == 0);
  CHECK_EQ(mq_receive(reader, text, sizeof text, NULL), 6);
  CHECK(strcmp(text, "still") == 0);
  CHECK_EQ(mq_close(reader), 0);
  CHECK_EQ(mq_close(writer), 0);
  CHECK_EQ(mq_close(queue), 0);
  CHECK_ERRNO(mq_close(queue), EBADF);
  CHECK_ERRNO(mq_send(queue, "a", 1, 0), EBADF);
  CHECK_ERRNO(mq_getattr(0, &attributes), EBADF);
}

static void messages(void) {
  char text[32];
  unsigned priority = 99;
  queue = make(4, 16, O_NONBLOCK);
  CHECK_ERRNO(mq_receive(queue, text, sizeof text, &priority), EAGAIN);
  CHECK_EQ(mq_send(queue, "low", 4, 1), 0);
  CHECK_EQ(mq_send(queue, "high", 5, 30000), 0);
  CHECK_EQ(mq_send(queue, "low2", 5, 1), 0);
  CHECK_EQ(mq_send(queue, "", 0, 5), 0);
  CHECK_ERRNO(mq_send(queue, "full", 5, 9), EAGAIN);
  CHECK_ERRNO(mq_send(queue, text, 17, 9), EMSGSIZE);
  CHECK_ERRNO(mq_send(queue, text, 1, 32768), EINVAL);
  CHECK_ERRNO(mq_receive(queue, text, 15, NULL), EMSGSIZE);
  struct mq_attr attributes;
  CHECK_EQ(mq_getattr(queue, &attributes), 0);
  CHECK_EQ(attributes.mq_curmsgs, 4);
  CHECK_EQ(attributes.mq_flags, O_NONBLOCK);
  CHECK_EQ(mq_receive(queue, text, sizeof text, &priority), 5);
  CHECK(strcmp(text, "high") == 0 && priority == 30000);
  CHECK_EQ(mq_receive(queue, text, sizeof text, &priority), 0);
  CHECK_EQ(priority, 5);
  CHECK_EQ(mq_receive(queue, text, sizeof text, &priority), 4);
  CHECK(strcmp(text, "low") == 0 && priority == 1);
  CHECK_EQ(mq_receive(queue, text, sizeof text, NULL), 5);
  CHECK(strcmp(text, "low2") == 0);

  attributes.mq_flags = O_APPEND;
  CHECK_ERRNO(mq_setattr(queue, &attributes, NULL), EINVAL);
  attributes.mq_flags = 0;
  struct mq_attr old;
  CHECK_EQ(mq_setattr(queue, &attributes, &old), 0);
  CHECK_EQ(old.mq_flags, O_NONBLOCK);
  struct timespec time = later(CLOCK_REALTIME, 20);
  CHECK_ERRNO(mq_timedreceive(queue, text, sizeof text, NULL, &time), ETIMEDOUT);
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  CHECK(now.tv_sec > time.tv_sec || (now.tv_sec == time.tv_sec && now.tv_nsec >= time.tv_nsec));
  for (int i = 0; i < 4; i++)
    CHECK_EQ(mq_timedsend(queue, "x", 1, 0, &time), 0); /* no need to wait */
  CHECK_ERRNO(mq_timedsend(queue, "x", 1, 0, &time), ETIMEDOUT);
  time.tv_nsec = 1000000000;
  CHECK_ERRNO(mq_timedsend(queue, "x", 1, 0, &time), EINVAL);
  CHECK_ERRNO(mq_timedreceive(queue, text, sizeof text, NULL, &time), EINVAL);
  CHECK_EQ(mq_close(queue), 0);
  CHECK_EQ(mq_unlink(name), 0);
}

static void* produce(void* unused) {
  for (int i = 0; i < 50; i++)
    CHECK_EQ(mq_send(queue, (char*)&i, sizeof i, 3), 0);
  return unused;
}

static void waiting(void) {
  pthread_t thread;
  queue = make(2, sizeof(int), 0);
  CHECK_EQ(pthread_create(&thread, NULL, produce, NULL), 0);
  usleep(5000);
  for (int i = 0; i < 50; i++) {
    int number;
    CHECK_EQ(mq_receive(queue, (char*)&number, sizeof number, NULL), sizeof number);
    CHECK_EQ(number, i);
  }
  CHECK_EQ(pthread_join(thread, NULL), 0);

  struct pollfd poller = {queue, POLLIN | POLLOUT, 0};
  CHECK_EQ(poll(&poller, 1, 0), 1);
  CHECK_EQ(poller.revents, POLLOUT);
  poller.events = POLLIN;
  CHECK_EQ(poll(&poller, 1, 5), 0);
  CHECK_EQ(pthread_create(&thread, NULL, produce, NULL), 0);
  CHECK_EQ(poll(&poller, 1, 10000), 1);
  CHECK_EQ(poller.revents, POLLIN);
  int number;
  for (int i = 0; i < 50; i++)
    CHECK_EQ(mq_receive(queue, (char*)&number, sizeof number, NULL), sizeof number);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(mq_close(queue), 0);
  CHECK_EQ(mq_unlink(name), 0);
}

static void* receive_for_ever(void* unused) {
  int number;
  mq_receive(queue, (char*)&number, sizeof number, NULL);
  return unused;
}

/* A thread that is cancelled takes nothing. */
static void cancellation(void) {
  queue = make(2, sizeof(int), 0);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, receive_for_ever, NULL), 0);
  usleep(10000);
  CHECK_EQ(pthread_cancel(thread), 0);
  void* result;
  CHECK_EQ(pthread_join(thread, &result), 0);
  CHECK(result == PTHREAD_CANCELED);
  int number = 5;
  CHECK_EQ(mq_send(queue, (char*)&number, sizeof number, 0), 0);
  CHECK_EQ(mq_receive(queue, (char*)&number, sizeof number, NULL), sizeof number);
  CHECK_EQ(mq_close(queue), 0);
  CHECK_EQ(mq_unlink(name), 0);
}

static volatile sig_atomic_t signals;
static siginfo_t told;
static volatile int called;

static void handle(int signal, siginfo_t* info, void* unused) {
  (void)signal, (void)unused;
  signals++;
  told = *info;
}

static void call(union sigval value) {
  __atomic_store_n(&called, value.sival_int, __ATOMIC_SEQ_CST);
}

static sem_t about;

static void* receive_one(void* unused) {
  char text[16];
  CHECK_EQ(sem_post(&about), 0);
  CHECK_EQ(mq_receive(queue, text, sizeof text, NULL), 1);
  return unused;
}

static void notification(void) {
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  queue = make(4, 16, 0);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  event.sigev_value.sival_int = 42;
  CHECK_EQ(mq_notify(queue, &event), 0);
  CHECK_ERRNO(mq_notify(queue, &event), EBUSY);
  CHECK_EQ(mq_notify(queue, NULL), 0);
  CHECK_EQ(mq_notify(queue, NULL), 0);
  CHECK_EQ(mq_notify(queue, &event), 0);
  CHECK_EQ(mq_send(queue, "a", 1, 0), 0);
  CHECK_EQ(signals, 1);
  CHECK_EQ(told.si_code, SI_MESGQ);
  CHECK_EQ(told.si_value.sival_int, 42);
  CHECK_EQ(told.si_pid, getpid());
  /* Once only, and only when the queue was empty. */
  CHECK_EQ(mq_notify(queue, &event), 0);
  CHECK_EQ(mq_send(queue, "b", 1, 0), 0);
  CHECK_EQ(signals, 1);
  char text[16];
  CHECK_EQ(mq_receive(queue, text, sizeof text, NULL), 1);
  CHECK_EQ(mq_receive(queue, text, sizeof text, NULL), 1);
  /* Who waits for the message goes before who is to be told. */
  pthread_t thread;
  CHECK_EQ(sem_init(&about, 0, 0), 0);
  CHECK_EQ(pthread_create(&thread, NULL, receive_one, NULL), 0);
  CHECK_EQ(sem_wait(&about), 0);
  usleep(20000);
  CHECK_EQ(mq_send(queue, "c", 1, 0), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(signals, 1);
  CHECK_EQ(mq_send(queue, "d", 1, 0), 0);
  CHECK_EQ(signals, 2);
  CHECK_EQ(mq_receive(queue, text, sizeof text, NULL), 1);

  event = (struct sigevent){.sigev_notify = SIGEV_THREAD, .sigev_notify_function = call};
  event.sigev_value.sival_int = 7;
  CHECK_EQ(mq_notify(queue, &event), 0);
  CHECK_EQ(mq_send(queue, "e", 1, 0), 0);
  for (int i = 0; i < 1000 && !called; i++)
    usleep(1000);
  CHECK_EQ(called, 7);
  event.sigev_notify = SIGEV_NONE;
  CHECK_EQ(mq_notify(queue, &event), 0);
  CHECK_ERRNO(mq_notify(queue, &event), EBUSY);
  event = (struct sigevent){.sigev_notify = 77};
  CHECK_ERRNO(mq_notify(queue, &event), EINVAL);
  event = (struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 1000};
  CHECK_ERRNO(mq_notify(queue, &event), EINVAL);
  CHECK_ERRNO(mq_notify(-1, NULL), EBADF);
  CHECK_EQ(mq_close(queue), 0);
  CHECK_EQ(mq_unlink(name), 0);
}

int main(void) {
  snprintf(name, sizeof name, "/simterpose-%d", getpid());
  names();
  messages();
  waiting();
  cancellation();
  notification();
  return 0;
}
