// cache-load NAME OPERATIONS SERVER...: works on memcached servers, each key on one of them, and
// checks what it gets. Says how often it did what. Keys bear its NAME, but for one counter on each
// server.
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KEYS = 128 };

static const char* name;
static FILE* servers[8];
static int versions[KEYS]; /* of what is stored; 0: nothing */
static int sets, hits, misses, deletes, increments;

static void fail(const char* what, const char* text) {
  fprintf(stderr, "%s: %s\n", what, text);
  exit(1);
}

static FILE* connect_to(const char* server) {
  const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo* list;
  if (getaddrinfo(server, "11211", &hints, &list) != 0)
    fail("getaddrinfo", server);
  const int fd = socket(list->ai_family, list->ai_socktype, 0);
  if (connect(fd, list->ai_addr, list->ai_addrlen) != 0)
    fail("connect", server);
  freeaddrinfo(list);
  return fdopen(fd, "r");
}

/* The next line, without its end. */
static const char* line_of(FILE* server) {
  static char line[128];
  if (!fgets(line, sizeof line, server))
    fail("fgets", "end of file");
  line[strcspn(line, "\r\n")] = '\0';
  return line;
}

static void expect(FILE* server, const char* expected) {
  const char* const line = line_of(server);
  if (strcmp(line, expected) != 0)
    fail(expected, line);
}

/* A value is its version, repeated so often that values of many sizes occur. */
static size_t value_of(int version, char* value) {
  size_t size = 0;
  for (int i = 0; i < 1 + version % 500; i++)
    size += (size_t)sprintf(value + size, "%d ", version);
  return size;
}

static void store(FILE* server, int key, int version) {
  char value[8192];
  const size_t size = value_of(version, value);
  dprintf(fileno(server), "set %s-%d 0 0 %zu\r\n%s\r\n", name, key, size, value);
  expect(server, "STORED");
  versions[key] = version;
  sets++;
}

static void get(FILE* server, int key) {
  char head[64], value[8192], found[8192];
  const size_t size = value_of(versions[key], value);
  dprintf(fileno(server), "get %s-%d\r\n", name, key);
  if (versions[key]) {
    sprintf(head, "VALUE %s-%d 0 %zu", name, key, size);
    expect(server, head);
    if (fread(found, 1, size + 2, server) != size + 2 || memcmp(found, value, size) != 0)
      fail(head, "another value");
    hits++;
  } else {
    misses++;
  }
  expect(server, "END");
}

static void remove_key(FILE* server, int key) {
  dprintf(fileno(server), "delete %s-%d\r\n", name, key);
  expect(server, versions[key] ? "DELETED" : "NOT_FOUND");
  deletes += versions[key] != 0;
  versions[key] = 0;
}

static void increment(FILE* server) {
  dprintf(fileno(server), "incr counter 1\r\n");
  if (strtol(line_of(server), NULL, 10) <= 0)
    fail("incr", "no number");
  increments++;
}

int main(int argc, char** argv) {
  name = argv[1];
  const int operations = atoi(argv[2]), count = argc - 3;
  for (int i = 0; i < count; i++)
    servers[i] = connect_to(argv[3 + i]);
  unsigned random = 0;
  for (const char* c = name; *c; c++)
    random = random * 31 + (unsigned char)*c;
  for (int i = 1; i <= operations; i++) {
    random = random * 1103515245 + 12345;
    const int key = (random >> 16) % KEYS, what = random >> 23 & 15;
    FILE* const server = servers[key % count];
    if (what < 6)
      store(server, key, i);
    else if (what < 13)
      get(server, key);
    else if (what < 15)
      remove_key(server, key);
    else
      increment(server);
  }
  int stored = 0;
  for (int key = 0; key < KEYS; key++)
    stored += versions[key] != 0;
  printf("set %d hit %d miss %d delete %d incr %d stored %d\n", sets, hits, misses, deletes,
         increments, stored);
  return 0;
}
