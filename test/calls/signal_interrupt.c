// CALLS: sigaction siginterrupt setitimer
// RUN: %both
//
// What a handler does to each kind of call that waits (signal(7)): those that are restarted with
// SA_RESTART and fail with EINTR without, those that always fail, those that never do.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

/* Two alarms, at 20 and 40 ms; the second also lets the call go on. */
static volatile int rings;
static void (*volatile let_go)(void);

static void ring(int unused) {
  (void)unused;
  const int error = errno;
  if (++rings == 2 && let_go)
    let_go();
  errno = error;
}

static void start(int flags, void (*end)(void)) {
  const struct sigaction action = {.sa_handler = ring, .sa_flags = flags};
  CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
  rings = 0;
  let_go = end;
  const struct itimerval timer = {{0, 20000}, {0, 20000}};
  CHECK_EQ(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

static void stop(void) { CHECK_EQ(setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL), 0); }

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Fails with EINTR at the first alarm; with SA_RESTART it goes on until the second lets it. */
#define RESTARTS(call, result, end)                                                                \
  do {                                                                                             \
    start(0, NULL);                                                                                \
    CHECK_ERRNO(call, EINTR);                                                                      \
    stop();                                                                                        \
    start(SA_RESTART, end);                                                                        \
    CHECK_EQ(call, result);                                                                        \
    stop();                                                                                        \
    CHECK(rings >= 2);                                                                             \
  } while (0)

/* Fails with EINTR at the first alarm in any case. */
#define FAILS(call)                                                                                \
  do {                                                                                             \
    start(0, NULL);                                                                                \
    CHECK_ERRNO(call, EINTR);                                                                      \
    stop();                                                                                        \
    CHECK(rings == 1);                                                                             \
    start(SA_RESTART, NULL);                                                                       \
    CHECK_ERRNO(call, EINTR);                                                                      \
    stop();                                                                                        \
    CHECK(rings == 1);                                                                             \
  } while (0)

/* Goes on until the second alarm lets it, with and without SA_RESTART. */
#define GOES_ON(call, end)                                                                         \
  do {                                                                                             \
    start(0, end);                                                                                 \
    CHECK_EQ(call, 0);                                                                             \
    stop();                                                                                        \
    CHECK(rings >= 2);                                                                             \
  } while (0)

/* ---- descriptors ---- */

static int ends[2], other;
static char buffer[1 << 20];

static void put(void) { CHECK_EQ(write(ends[1], "x", 1), 1); }
static void drain(void) { CHECK(read(ends[0], buffer, sizeof buffer) > 0); }

static void pipes(void) {
  CHECK_EQ(pipe(ends), 0);
  RESTARTS(read(ends[0], buffer, 10), 1, put);
  const struct iovec vector = {buffer, 10};
  RESTARTS(readv(ends[0], &vector, 1), 1, put);
  while (fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0 && write(ends[1], buffer, 4096) > 0)
    ;
  fcntl(ends[1], F_SETFL, 0);
  RESTARTS(write(ends[1], "y", 1), 1, drain);
  drain();
  start(0, NULL); /* what has been written counts */
  CHECK_EQ(write(ends[1], buffer, sizeof buffer), 65536);
  stop();
  close(ends[0]);
  close(ends[1]);
}

static void sockets(void) {
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  RESTARTS(recv(ends[0], buffer, 10, 0), 1, put);
  struct iovec vector = {buffer, 10};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  RESTARTS(recvmsg(ends[0], &message, 0), 1, put);
  while (send(ends[1], buffer, 4096, MSG_DONTWAIT) > 0)
    ;
  RESTARTS(send(ends[1], "y", 1, 0), 1, drain);
  while (recv(ends[0], buffer, sizeof buffer, MSG_DONTWAIT) > 0)
    ;
  /* With a timeout they always fail. */
  const struct timeval timeout = {5, 0};
  CHECK_EQ(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout), 0);
  FAILS(recv(ends[0], buffer, 10, 0));
  CHECK_EQ(setsockopt(ends[1], SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout), 0);
  while (send(ends[1], buffer, 4096, MSG_DONTWAIT) > 0)
    ;
  FAILS(send(ends[1], "y", 1, 0));
  close(ends[0]);
  close(ends[1]);
}

static struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0signal_interrupt"};

static void connect_to(void) {
  other = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK_EQ(connect(other, (struct sockaddr*)&name, sizeof name), 0);
}

static int accept_one(int fd) {
  const int accepted = accept(fd, NULL, NULL);
  if (accepted >= 0)
    close(accepted);
  return accepted < 0 ? -1 : 0;
}

static int listener;

static void accept_other(void) { CHECK_EQ(accept_one(listener), 0); }

static void connections(void) {
  listener = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK_EQ(bind(listener, (struct sockaddr*)&name, sizeof name), 0);
  CHECK_EQ(listen(listener, 0), 0);
  RESTARTS(accept_one(listener), 0, connect_to);
  close(other);
  connect_to(); /* fills the queue */
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  RESTARTS(connect(fd, (struct sockaddr*)&name, sizeof name), 0, accept_other);
  close(fd);
  close(other);
  close(listener);
}

static void put_event(void) { CHECK_EQ(eventfd_write(ends[0], 1), 0); }
static void set_timer(void) {
  const struct itimerspec setting = {.it_value = {0, 1}};
  CHECK_EQ(timerfd_settime(ends[0], 0, &setting, NULL), 0);
}
static void unlock(void) { CHECK_EQ(flock(other, LOCK_UN), 0); }

static void other_descriptors(void) {
  eventfd_t value;
  ends[0] = eventfd(0, 0);
  RESTARTS(eventfd_read(ends[0], &value), 0, put_event);
  close(ends[0]);
  ends[0] = timerfd_create(CLOCK_MONOTONIC, 0);
  RESTARTS(read(ends[0], &value, sizeof value), sizeof value, set_timer);
  close(ends[0]);
  char path[] = "/tmp/signal_interrupt.XXXXXX";
  other = mkstemp(path);
  const int fd = open(path, O_RDWR);
  CHECK_EQ(flock(other, LOCK_EX), 0);
  RESTARTS(flock(fd, LOCK_EX), 0, unlock);
  close(fd);
  close(other);
  unlink(path);
}

/* ---- readiness ---- */

static void readiness(void) {
  CHECK_EQ(pipe(ends), 0);
  struct pollfd entry = {.fd = ends[0], .events = POLLIN};
  fd_set set;
  struct timeval delay = {5, 0};
  struct timespec long_time = {5, 0};
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  FAILS(poll(&entry, 1, -1));
  FAILS(poll(&entry, 1, 5000));
  FAILS(ppoll(&entry, 1, &long_time, NULL));
  FAILS(select(ends[0] + 1, &set, NULL, NULL, NULL));
  FD_SET(ends[0], &set);
  FAILS(select(ends[0] + 1, &set, NULL, NULL, &delay));
  CHECK(delay.tv_sec == 4 && delay.tv_usec < 985000); /* what is left */
  FAILS(pselect(ends[0] + 1, &set, NULL, NULL, &long_time, NULL));
  const int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  CHECK_EQ(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event), 0);
  FAILS(epoll_wait(epoll, &event, 1, -1));
  FAILS(epoll_pwait(epoll, &event, 1, 5000, NULL));
  close(epoll);
  close(ends[0]);
  close(ends[1]);
}

/* The mask of the call is in force while its handler runs. */
static sigset_t seen;
static void look(int unused) {
  ring(unused);
  sigprocmask(SIG_BLOCK, NULL, &seen);
}

static void masks(void) {
  sigset_t mask, before, after;
  sigemptyset(&mask);
  sigaddset(&mask, SIGALRM);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &mask, &before), 0);
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR2);
  for (int i = 0; i < 4; i++) {
    const struct sigaction action = {.sa_handler = look};
    start(0, NULL);
    CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
    if (i == 0)
      CHECK_ERRNO(ppoll(NULL, 0, NULL, &mask), EINTR);
    else if (i == 1)
      CHECK_ERRNO(pselect(0, NULL, NULL, NULL, NULL, &mask), EINTR);
    else if (i == 2)
      CHECK_ERRNO(sigsuspend(&mask), EINTR);
    else { /* it is there before the wait begins */
      raise(SIGALRM);
      CHECK_EQ(rings, 0);
      CHECK_ERRNO(ppoll(NULL, 0, &(struct timespec){0, 0}, &mask), EINTR);
    }
    stop();
    CHECK_EQ(rings, 1);
    CHECK(sigismember(&seen, SIGUSR2) && sigismember(&seen, SIGALRM));
    CHECK_EQ(sigprocmask(SIG_BLOCK, NULL, &after), 0);
    CHECK(sigismember(&after, SIGALRM) && !sigismember(&after, SIGUSR2));
  }
  CHECK_EQ(sigprocmask(SIG_SETMASK, &before, NULL), 0);
}

/* ---- time ---- */

static int clock_sleep(int flags, struct timespec time, struct timespec* left) {
  const int error = clock_nanosleep(CLOCK_MONOTONIC, flags, &time, left);
  errno = error;
  return error ? -1 : 0;
}

static void sleeps(void) {
  const struct timespec delay = {5, 0};
  struct timespec left = {0}, date;
  double begin = now();
  FAILS(nanosleep(&delay, &left));
  CHECK(left.tv_sec == 4 && left.tv_nsec <= 985000000 && left.tv_nsec > 0);
  CHECK(now() - begin < 4);
  FAILS(nanosleep(&delay, NULL));
  FAILS(clock_sleep(0, delay, &left));
  CHECK(left.tv_sec == 4 && left.tv_nsec <= 985000000);
  clock_gettime(CLOCK_MONOTONIC, &date);
  date.tv_sec += 5;
  FAILS(clock_sleep(TIMER_ABSTIME, date, NULL));
  FAILS(usleep(900000));
  FAILS(pause());
  start(SA_RESTART, NULL);
  CHECK_EQ(sleep(5), 4);
  stop();
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  FAILS(sigwaitinfo(&set, NULL));
  FAILS(sigtimedwait(&set, NULL, &delay));
}

/* ---- synchronisation ---- */

static sem_t semaphore;
static void post(void) { CHECK_EQ(sem_post(&semaphore), 0); }

static int word;
static void wake(void) {
  word = 1;
  syscall(SYS_futex, &word, FUTEX_WAKE, 1, NULL, NULL, 0);
}
/* One that is restarted finds the word changed. */
static int await_word(void) {
  word = 0;
  const long result = syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
  return result == -1 && errno == EAGAIN ? 0 : result == -1 ? -1 : 1;
}

static void semaphores(void) {
  struct timespec date;
  clock_gettime(CLOCK_REALTIME, &date);
  date.tv_sec += 5;
  sem_init(&semaphore, 0, 0);
  RESTARTS(sem_wait(&semaphore), 0, post);
  FAILS(sem_timedwait(&semaphore, &date));
  RESTARTS(await_word(), 0, wake);
}

static mqd_t queue;
static void send_message(void) { CHECK_EQ(mq_send(queue, "x", 1, 0), 0); }

static void queues(void) {
  struct mq_attr attributes = {.mq_maxmsg = 4, .mq_msgsize = 16};
  char text[16];
  queue = mq_open("/signal_interrupt", O_RDWR | O_CREAT, 0600, &attributes);
  CHECK(queue >= 0);
  CHECK_EQ(mq_unlink("/signal_interrupt"), 0);
  RESTARTS(mq_receive(queue, text, sizeof text, NULL), 1, send_message);
  mq_close(queue);
  struct {
    long type;
    char text[16];
  } message;
  const int messages = msgget(IPC_PRIVATE, 0600), set = semget(IPC_PRIVATE, 1, 0600);
  struct sembuf down = {0, -1, 0};
  FAILS(msgrcv(messages, &message, sizeof message.text, 0, 0));
  FAILS(semop(set, &down, 1));
  CHECK_EQ(msgctl(messages, IPC_RMID, NULL), 0);
  CHECK_EQ(semctl(set, 0, IPC_RMID), 0);
}

static void await_child(void) {
  const pid_t child = fork();
  if (child == 0) {
    nanosleep(&(struct timespec){0, 50000000}, NULL);
    _exit(3);
  }
  int status;
  start(0, NULL);
  CHECK_ERRNO(wait(&status), EINTR);
  stop();
  start(SA_RESTART, NULL);
  CHECK_EQ(waitpid(child, &status, 0), child);
  stop();
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

/* Another thread holds or does what is waited for; a thread of its own takes the alarms, else the
 * handler would have to use what may not be used in handlers. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier, begun;
static bool signalled;

static void* hold(void* unused) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
  pthread_mutex_lock(&mutex);
  pthread_rwlock_wrlock(&lock);
  pthread_barrier_wait(&begun);
  nanosleep(&(struct timespec){0, 50000000}, NULL);
  pthread_mutex_unlock(&mutex);
  pthread_rwlock_unlock(&lock);
  nanosleep(&(struct timespec){0, 50000000}, NULL);
  pthread_mutex_lock(&mutex);
  signalled = true;
  pthread_cond_signal(&condition);
  pthread_mutex_unlock(&mutex);
  pthread_barrier_wait(&begun);
  nanosleep(&(struct timespec){0, 50000000}, NULL);
  pthread_barrier_wait(&barrier);
  nanosleep(&(struct timespec){0, 50000000}, NULL);
  return unused;
}

#define GOES_ON_HERE(call)                                                                         \
  do {                                                                                             \
    start(0, NULL);                                                                                \
    CHECK_EQ(call, 0);                                                                             \
    stop();                                                                                        \
    CHECK(rings >= 1);                                                                             \
  } while (0)

static void threads(void) {
  pthread_t thread;
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_barrier_init(&begun, NULL, 2);
  CHECK_EQ(pthread_create(&thread, NULL, hold, NULL), 0);
  pthread_barrier_wait(&begun);
  GOES_ON_HERE(pthread_mutex_lock(&mutex));
  CHECK_EQ(pthread_rwlock_rdlock(&lock), 0);
  CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
  start(0, NULL);
  while (!signalled)
    CHECK_EQ(pthread_cond_wait(&condition, &mutex), 0);
  stop();
  CHECK(rings >= 1);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  pthread_barrier_wait(&begun);
  start(0, NULL);
  const int last = pthread_barrier_wait(&barrier);
  stop();
  CHECK(last == 0 || last == PTHREAD_BARRIER_SERIAL_THREAD);
  CHECK(rings >= 1);
  GOES_ON_HERE(pthread_join(thread, NULL));
}

int main(void) {
  pipes();
  sockets();
  connections();
  other_descriptors();
  readiness();
  masks();
  sleeps();
  semaphores();
  queues();
  await_child();
  threads();
  return 0;
}
