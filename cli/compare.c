/* Differences between two directories, in the order of names, depth first. */
#include "compare.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "trace/log.h"

/* ---- contents ---- */

enum { LINE = 160 }; /* what is kept and shown of a line */

/* A line as far as it has been read, and its rest up to LINE bytes. */
struct line {
  char text[LINE + 1];
  size_t length;
  bool binary;
};

static void add(struct line* line, int byte) {
  if (byte == EOF || line->length == LINE)
    return;
  line->binary = line->binary || byte == '\0' || (iscntrl(byte) && !isspace(byte) && byte != 033);
  line->text[line->length++] = (char)byte;
  line->text[line->length] = '\0';
}

static void complete(struct line* line, int byte, FILE* stream) {
  for (; byte != EOF && byte != '\n'; byte = getc_unlocked(stream))
    add(line, byte);
}

bool cli_streams_equal(FILE* one, FILE* two, char* where, size_t size) {
  struct line first = {.length = 0};
  unsigned long long offset = 0, number = 1;
  int a, b;
  for (; (a = getc_unlocked(one)) == (b = getc_unlocked(two)); offset++) {
    if (a == EOF)
      return true;
    if (a == '\n') {
      number++;
      first = (struct line){.length = 0};
    } else {
      add(&first, a);
    }
  }
  struct line second = first;
  const bool ended = first.length == 0 && (a == EOF || b == EOF);
  complete(&first, a, one);
  complete(&second, b, two);
  if (first.binary || second.binary)
    snprintf(where, size, "byte %llu differs", offset);
  else if (ended)
    snprintf(where, size, "line %llu is only in the %s run: \"%s\"", number,
             a == EOF ? "second" : "first", a == EOF ? second.text : first.text);
  else
    snprintf(where, size, "line %llu (byte %llu) differs: \"%s\", then \"%s\"", number, offset,
             first.text, second.text);
  return false;
}

/* ---- directories ---- */

/* One of two paths that are compared side by side. */
struct place {
  char path[PATH_MAX];
  struct stat status;
};

struct comparison {
  struct place one, two;
  size_t below; /* where names relative to the directory begin in the first path */
  char* where;
  size_t size, files;
};

static const char* name_of(const struct comparison* c) {
  return c->one.path[c->below] == '\0' ? "." : c->one.path + c->below;
}

static bool differ(struct comparison* c, const char* what) {
  snprintf(c->where, c->size, "%s: %s", name_of(c), what);
  return false;
}

static bool links_equal(struct comparison* c) {
  char one[PATH_MAX], two[PATH_MAX];
  const ssize_t a = readlink(c->one.path, one, sizeof one);
  const ssize_t b = readlink(c->two.path, two, sizeof two);
  if (a == b && a >= 0 && memcmp(one, two, (size_t)a) == 0)
    return true;
  return differ(c, "the link leads elsewhere");
}

static bool contents_equal(struct comparison* c) {
  FILE *const one = fopen(c->one.path, "re"), *const two = fopen(c->two.path, "re");
  if (one == NULL || two == NULL)
    stp_fatal("cannot compare %s: %s", one == NULL ? c->one.path : c->two.path, strerror(errno));
  char what[1024];
  const bool equal = cli_streams_equal(one, two, what, sizeof what);
  fclose(one);
  fclose(two);
  return equal || differ(c, what);
}

static bool owners_equal(struct comparison* c) {
  char one[64], two[64];
  const ssize_t a = lgetxattr(c->one.path, "user.simterpose", one, sizeof one);
  const ssize_t b = lgetxattr(c->two.path, "user.simterpose", two, sizeof two);
  if (a == b && (a < 0 || memcmp(one, two, (size_t)a) == 0))
    return true;
  return differ(c, "owner or permissions differ");
}

static bool entries_equal(struct comparison* c);

static bool files_equal(struct comparison* c) {
  if (lstat(c->one.path, &c->one.status) != 0 || lstat(c->two.path, &c->two.status) != 0)
    stp_fatal("cannot compare %s: %s", c->one.path, strerror(errno));
  const mode_t mode = c->one.status.st_mode, other = c->two.status.st_mode;
  if ((mode & S_IFMT) != (other & S_IFMT))
    return differ(c, "not the same kind of file");
  if (mode != other) {
    char what[64];
    snprintf(what, sizeof what, "permissions differ: %04o, then %04o", mode & 07777, other & 07777);
    return differ(c, what);
  }
  if (!owners_equal(c))
    return false;
  c->files += !S_ISDIR(mode);
  switch (mode & S_IFMT) {
  case S_IFDIR:
    return entries_equal(c);
  case S_IFREG:
    return contents_equal(c);
  case S_IFLNK:
    return links_equal(c);
  default:
    return true;
  }
}

static int is_entry(const struct dirent* entry) {
  return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_name(const struct dirent** one, const struct dirent** two) {
  return strcmp((*one)->d_name, (*two)->d_name);
}

static struct dirent** list(const char* path, int* count) {
  struct dirent** entries;
  *count = scandir(path, &entries, is_entry, by_name);
  if (*count < 0)
    stp_fatal("cannot compare %s: %s", path, strerror(errno));
  return entries;
}

static void enter(struct place* place, size_t length, const char* name) {
  if (length + strlen(name) + 2 > sizeof place->path)
    stp_fatal("cannot compare %s/%s: the name is too long", place->path, name);
  place->path[length] = '/';
  strcpy(place->path + length + 1, name);
}

static bool names_equal(struct comparison* c, struct dirent** ones, int a, struct dirent** twos,
                        int b) {
  const size_t one = strlen(c->one.path), two = strlen(c->two.path);
  bool equal = true;
  for (int i = 0; equal && (i < a || i < b); i++) {
    const int order = i == a ? 1 : i == b ? -1 : strcmp(ones[i]->d_name, twos[i]->d_name);
    enter(&c->one, one, order > 0 ? twos[i]->d_name : ones[i]->d_name);
    enter(&c->two, two, order > 0 ? twos[i]->d_name : ones[i]->d_name);
    if (order != 0)
      equal = differ(c, order > 0 ? "only in the second run" : "only in the first run");
    else
      equal = files_equal(c);
    c->one.path[one] = c->two.path[two] = '\0';
  }
  return equal;
}

static bool entries_equal(struct comparison* c) {
  int a, b;
  struct dirent **const ones = list(c->one.path, &a), **const twos = list(c->two.path, &b);
  const bool equal = names_equal(c, ones, a, twos, b);
  while (a > 0)
    free(ones[--a]);
  while (b > 0)
    free(twos[--b]);
  free(ones);
  free(twos);
  return equal;
}

bool cli_trees_equal(const char* one, const char* two, char* where, size_t size, size_t* files) {
  struct comparison c = {.below = strlen(one) + 1, .where = where, .size = size};
  snprintf(c.one.path, sizeof c.one.path, "%s", one);
  snprintf(c.two.path, sizeof c.two.path, "%s", two);
  const bool equal = entries_equal(&c);
  *files = c.files;
  return equal;
}
