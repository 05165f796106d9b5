/* libev's watchers as its manual's examples use them, all on the default loop: what comes when, in
 * seconds since the start, on the standard output. */
#include <arpa/inet.h>
#include <ev.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static ev_tstamp start;

static void say(struct ev_loop* loop, const char* what, int number) {
  printf("%6.2f %s %d\n", ev_now(loop) - start, what, number);
}

/* ---- ev_timer, ev_periodic ---- */

static ev_timer once, repeating, inactivity;
static ev_periodic tick;

static void on_once(struct ev_loop* loop, ev_timer* w, int revents) {
  say(loop, "once", ev_is_active(w) + (revents != EV_TIMER));
}

static void on_repeating(struct ev_loop* loop, ev_timer* w, int revents) {
  static int count;
  (void)revents;
  say(loop, "repeating", ++count);
  if (count == 3)
    ev_timer_stop(loop, w);
  ev_timer_again(loop, &inactivity);
}

static void on_inactivity(struct ev_loop* loop, ev_timer* w, int revents) {
  (void)revents;
  say(loop, "inactivity", 0);
  ev_timer_stop(loop, w);
}

static void on_tick(struct ev_loop* loop, ev_periodic* w, int revents) {
  (void)w, (void)revents;
  say(loop, "tick", (int)ev_now(loop) % 60);
}

/* ---- ev_signal: the second one ends the program ---- */

static ev_signal usr1, interrupt;

static void on_signal(struct ev_loop* loop, ev_signal* w, int revents) {
  (void)revents;
  say(loop, "signal", w->signum);
  if (w->signum == SIGINT)
    ev_break(loop, EVBREAK_ALL);
}

/* ---- ev_child, ev_fork ---- */

static ev_child child;
static ev_fork forked;

static void on_child(struct ev_loop* loop, ev_child* w, int revents) {
  (void)revents;
  ev_child_stop(loop, w);
  say(loop, "child exited with", WEXITSTATUS(w->rstatus));
}

static void on_fork(struct ev_loop* loop, ev_fork* w, int revents) {
  (void)w, (void)revents;
  say(loop, "fork noticed", 0);
}

static void on_child_timer(struct ev_loop* loop, ev_timer* w, int revents) {
  (void)w, (void)revents;
  say(loop, "child ends", 7);
  ev_break(loop, EVBREAK_ALL);
}

/* The child goes on with a copy of the loop, of which it keeps one timer. */
static void fork_child(struct ev_loop* loop) {
  fflush(stdout);
  const pid_t pid = fork();
  if (pid > 0) {
    ev_child_init(&child, on_child, pid, 0);
    ev_child_start(loop, &child);
    return;
  }
  ev_loop_fork(loop);
  ev_timer_stop(loop, &once);
  ev_timer_stop(loop, &repeating);
  ev_timer_stop(loop, &inactivity);
  ev_periodic_stop(loop, &tick);
  static ev_timer end;
  ev_timer_init(&end, on_child_timer, 1.25, 0);
  ev_timer_start(loop, &end);
  ev_run(loop, 0);
  exit(7);
}

/* ---- ev_stat ---- */

static ev_stat file;

static void on_stat(struct ev_loop* loop, ev_stat* w, int revents) {
  (void)revents;
  say(loop, w->attr.st_nlink ? "file has bytes:" : "file is gone", (int)w->attr.st_size);
}

/* ---- ev_async, with a queue for a thread ---- */

static ev_async news;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int queue[8], queued;

static void on_news(struct ev_loop* loop, ev_async* w, int revents) {
  (void)w, (void)revents;
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < queued; i++)
    say(loop, "queued by a thread:", queue[i]);
  queued = 0;
  pthread_mutex_unlock(&mutex);
}

static void* send_news(void* loop) {
  for (int i = 1; i <= 3; i++) {
    usleep(600000);
    pthread_mutex_lock(&mutex);
    queue[queued++] = i;
    pthread_mutex_unlock(&mutex);
    ev_async_send(loop, &news);
  }
  return NULL;
}

/* ---- ev_io: a server of TCP that sends back what it gets ---- */

static ev_io listener;

static void on_bytes(struct ev_loop* loop, ev_io* w, int revents) {
  char bytes[64];
  (void)revents;
  const ssize_t got = read(w->fd, bytes, sizeof bytes);
  say(loop, "bytes from a client:", (int)got);
  if (got > 0 && write(w->fd, bytes, (size_t)got) == got)
    return;
  ev_io_stop(loop, w);
  close(w->fd);
  free(w);
}

static void on_client(struct ev_loop* loop, ev_io* w, int revents) {
  ev_io* const client = malloc(sizeof *client);
  (void)revents;
  ev_io_init(client, on_bytes, accept(w->fd, NULL, NULL), EV_READ);
  ev_io_start(loop, client);
}

static void serve(struct ev_loop* loop, int port) {
  const struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(fd, (const struct sockaddr*)&name, sizeof name) != 0 || listen(fd, 10) != 0) {
    perror("listen");
    exit(1);
  }
  ev_io_init(&listener, on_client, fd, EV_READ);
  ev_io_start(loop, &listener);
}

/* ---- ev_prepare, ev_check, ev_idle, ev_cleanup ---- */

static ev_prepare before;
static ev_check after;
static ev_idle idle;
static ev_cleanup end;
static int prepared, checked;

static void on_before(struct ev_loop* loop, ev_prepare* w, int revents) {
  (void)loop, (void)w, (void)revents;
  prepared++;
}

static void on_after(struct ev_loop* loop, ev_check* w, int revents) {
  (void)loop, (void)w, (void)revents;
  checked++;
}

static void on_idle(struct ev_loop* loop, ev_idle* w, int revents) {
  (void)revents;
  say(loop, "idle", 0);
  ev_idle_stop(loop, w);
}

static void on_end(struct ev_loop* loop, ev_cleanup* w, int revents) {
  (void)w, (void)revents;
  say(loop, "end; waits not prepared:", checked - prepared);
}

static void destroy(void) { ev_loop_destroy(EV_DEFAULT_UC); }

static void start_all(struct ev_loop* loop, const char* path, int port) {
  ev_timer_init(&once, on_once, 1.5, 0);
  ev_timer_start(loop, &once);
  ev_timer_init(&repeating, on_repeating, 1, 2);
  ev_timer_start(loop, &repeating);
  ev_timer_init(&inactivity, on_inactivity, 0, 4);
  ev_timer_again(loop, &inactivity);
  ev_periodic_init(&tick, on_tick, 0, 10, 0);
  ev_periodic_start(loop, &tick);
  ev_signal_init(&usr1, on_signal, SIGUSR1);
  ev_signal_start(loop, &usr1);
  ev_signal_init(&interrupt, on_signal, SIGINT);
  ev_signal_start(loop, &interrupt);
  ev_fork_init(&forked, on_fork);
  ev_fork_start(loop, &forked);
  ev_stat_init(&file, on_stat, path, 0);
  ev_stat_start(loop, &file);
  ev_async_init(&news, on_news);
  ev_async_start(loop, &news);
  ev_prepare_init(&before, on_before);
  ev_prepare_start(loop, &before);
  ev_check_init(&after, on_after);
  ev_check_start(loop, &after);
  ev_idle_init(&idle, on_idle);
  ev_idle_start(loop, &idle);
  ev_cleanup_init(&end, on_end);
  ev_cleanup_start(loop, &end);
  serve(loop, port);
}

/* libev-watchers select|poll|epoll FILE PORT */
int main(int argc, char** argv) {
  if (argc != 4)
    return 2;
  const unsigned backend = argv[1][0] == 's'   ? EVBACKEND_SELECT
                           : argv[1][0] == 'p' ? EVBACKEND_POLL
                                               : EVBACKEND_EPOLL;
  struct ev_loop* const loop = ev_default_loop(backend);
  if (!loop || ev_backend(loop) != backend)
    return 3;
  atexit(destroy);
  start = ev_now(loop);
  start_all(loop, argv[2], atoi(argv[3]));
  fork_child(loop);
  pthread_t thread;
  pthread_create(&thread, NULL, send_news, loop);
  ev_run(loop, 0);
  pthread_join(thread, NULL);
  return 0;
}
