/* Gets the file from others that are getting it, after BitTorrent (Cohen 2003), without choking.
 *   peer PORT TRACKER:PORT PIECES [seed]
 *
 * A peer is connected to up to NEIGHBOURS that came before it, and to those that come later and
 * choose it. All tell each other which pieces they have. A piece that few neighbours have is asked
 * for first. Each connection has a thread that reads and one that writes, so that nobody waits for
 * a neighbour that does not read. */
#include <pthread.h>

#include "content.h"

enum { NEIGHBOURS = 5, MOST = 64, ASKED = 4, PIECES = 4096 };

enum kind { HAVE, WANT, TAKE };

struct message {
  uint32_t kind, piece;
};

struct neighbour {
  int fd;
  bool gone, has[PIECES];
  int asked; /* pieces that we wait for */
  struct message queue[4 * PIECES];
  unsigned first, last;
  pthread_cond_t more;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t complete = PTHREAD_COND_INITIALIZER;
static struct neighbour* neighbours[MOST];
static uint32_t neighbour_count, pieces, had, uploaded;
static enum { MISSING, COMING, HERE } state[PIECES];
static int copies[PIECES]; /* how many neighbours have it */
static char* file;

/* Under the lock, as all that follows up to `writer`. */
static void post(struct neighbour* to, enum kind kind, uint32_t piece) {
  if (to->last - to->first == sizeof to->queue / sizeof *to->queue)
    die("a queue is full");
  to->queue[to->last++ % (4 * PIECES)] = (struct message){kind, piece};
  pthread_cond_signal(&to->more);
}

/* The rarest of the pieces that it has and we miss; of equally rare ones any. */
static int choose(const struct neighbour* from) {
  int best = -1, equals = 0;
  for (uint32_t i = 0; i < pieces; i++) {
    if (state[i] != MISSING || !from->has[i])
      continue;
    if (best < 0 || copies[i] < copies[best])
      equals = 0;
    if (best < 0 || copies[i] < copies[best] ||
        (copies[i] == copies[best] && rand() % ++equals == 0))
      best = (int)i;
  }
  return best;
}

static void ask(struct neighbour* from) {
  int piece;
  while (from->asked < ASKED && (piece = choose(from)) >= 0) {
    state[piece] = COMING;
    from->asked++;
    post(from, WANT, (uint32_t)piece);
  }
}

static void have(struct neighbour* neighbour, uint32_t piece) {
  copies[piece] += !neighbour->has[piece];
  neighbour->has[piece] = true;
  ask(neighbour);
}

static void got(struct neighbour* from, uint32_t piece, const char* bytes) {
  const size_t words = PIECE / sizeof(uint64_t);
  if (!right((const uint64_t*)bytes, piece * words, words))
    die("piece %u is wrong", piece);
  memcpy(file + (size_t)piece * PIECE, bytes, PIECE);
  state[piece] = HERE;
  from->asked--;
  for (uint32_t i = 0; i < neighbour_count; i++)
    if (!neighbours[i]->gone)
      post(neighbours[i], HAVE, piece);
  if (++had == pieces)
    pthread_cond_signal(&complete);
  ask(from);
}

static void* writer(void* argument) {
  struct neighbour* const to = argument;
  for (;;) {
    pthread_mutex_lock(&lock);
    while (to->first == to->last && !to->gone)
      pthread_cond_wait(&to->more, &lock);
    const struct message message = to->queue[to->first++ % (4 * PIECES)];
    const bool gone = to->gone;
    uploaded += message.kind == TAKE;
    pthread_mutex_unlock(&lock);
    if (gone || !write_all(to->fd, &message, sizeof message) ||
        (message.kind == TAKE && !write_all(to->fd, file + (size_t)message.piece * PIECE, PIECE)))
      return NULL;
  }
}

static void* reader(void* argument) {
  struct neighbour* const from = argument;
  char* const bytes = malloc(PIECE);
  struct message message;
  while (read_all(from->fd, &message, sizeof message) && message.piece < pieces &&
         (message.kind != TAKE || read_all(from->fd, bytes, PIECE))) {
    pthread_mutex_lock(&lock);
    if (message.kind == HAVE)
      have(from, message.piece);
    else if (message.kind == WANT)
      post(from, TAKE, message.piece);
    else
      got(from, message.piece, bytes);
    pthread_mutex_unlock(&lock);
  }
  free(bytes);
  pthread_mutex_lock(&lock);
  from->gone = true;
  for (uint32_t i = 0; i < pieces; i++)
    copies[i] -= from->has[i];
  pthread_cond_signal(&from->more);
  pthread_mutex_unlock(&lock);
  return NULL;
}

static void meet(int fd) {
  pthread_t thread;
  struct neighbour* const neighbour = calloc(1, sizeof *neighbour);
  neighbour->fd = fd;
  pthread_cond_init(&neighbour->more, NULL);
  pthread_mutex_lock(&lock);
  if (neighbour_count == MOST)
    die("too many neighbours");
  neighbours[neighbour_count++] = neighbour;
  for (uint32_t i = 0; i < pieces; i++)
    if (state[i] == HERE)
      post(neighbour, HAVE, i);
  pthread_mutex_unlock(&lock);
  if (pthread_create(&thread, NULL, reader, neighbour) != 0 ||
      pthread_create(&thread, NULL, writer, neighbour) != 0)
    die("pthread_create");
}

static void* listener(void* argument) {
  const int fd = (int)(intptr_t)argument;
  for (int other; (other = accept(fd, NULL, NULL)) >= 0;)
    meet(other);
  die("accept");
}

/* Who came before us, from the tracker; we connect to some of them. */
static void join(const char* tracker, uint16_t port) {
  const int fd = tcp_connect(tracker);
  uint32_t count;
  if (!write_all(fd, &port, sizeof port) || !read_all(fd, &count, sizeof count))
    die("the tracker");
  struct sockaddr_in* const peers = calloc(count + 1, sizeof *peers);
  if (!read_all(fd, peers, count * sizeof *peers))
    die("the tracker");
  close(fd);
  for (uint32_t met = 0; met < NEIGHBOURS && count > 0; met++) {
    const uint32_t any = (uint32_t)rand() % count;
    char peer[64], address[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &peers[any].sin_addr, address, sizeof address);
    snprintf(peer, sizeof peer, "%s:%d", address, ntohs(peers[any].sin_port));
    meet(tcp_connect(peer));
    peers[any] = peers[--count];
  }
}

int main(int argc, char** argv) {
  if (argc < 4)
    die("usage: peer PORT TRACKER:PORT PIECES [seed]");
  const int port = atoi(argv[1]);
  const bool seed = argc > 4;
  pieces = (uint32_t)atoi(argv[3]);
  if (pieces > PIECES)
    die("at most %d pieces", PIECES);
  file = malloc((size_t)pieces * PIECE);
  if (seed) {
    make((uint64_t*)file, 0, (size_t)pieces * PIECE / sizeof(uint64_t));
    had = pieces;
    for (uint32_t i = 0; i < pieces; i++)
      state[i] = HERE;
  }
  char name[64];
  gethostname(name, sizeof name);
  srand((unsigned)port);
  for (const char* c = name; *c != '\0'; c++)
    srand((unsigned)rand() + (unsigned char)*c); /* each its own chance */

  const double start = stopwatch();
  pthread_t thread;
  if (pthread_create(&thread, NULL, listener, (void*)(intptr_t)tcp_listen(port)) != 0)
    die("pthread_create");
  join(argv[2], htons((uint16_t)port));
  pthread_mutex_lock(&lock);
  while (had < pieces)
    pthread_cond_wait(&complete, &lock);
  if (!seed)
    printf("complete after %.3f s, right; sent %u pieces to others so far\n", stopwatch() - start,
           uploaded);
  fflush(stdout);
  pthread_mutex_unlock(&lock);
  pause(); /* goes on giving until it is stopped */
  return 0;
}
