/* Names of Unix sockets: files, found by the device and inode number of the real file behind them,
 * and abstract names, which each host has for itself. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file/change.h"
#include "file/paths.h"
#include "file/permission.h"
#include "net/hash.h"
#include "net/unix.h"
#include "process/process.h"

/* What a name is found by: no padding between or after. */
struct key {
  uint64_t host;          /* abstract names: index + 1; files: 0 */
  uint64_t device, inode; /* abstract names: the type of socket, for each has its own; 0 */
  char abstract[sizeof(struct sockaddr_un)]; /* without the family, zero-padded */
  uint16_t length;
};

struct bound {
  struct key key;
  struct stp_unix* socket;
  UT_hash_handle hh;
};

static struct bound* bound;

enum { PATH = offsetof(struct sockaddr_un, sun_path) };

static struct bound* find_key(const struct key* key) {
  struct bound* found;
  HASH_FIND(hh, bound, key, sizeof *key, found);
  return found;
}

static void add(const struct key* key, struct stp_unix* socket) {
  struct bound* entry = find_key(key);
  if (!entry) {
    entry = stp_alloc(sizeof *entry);
    entry->key = *key;
    HASH_ADD(hh, bound, key, sizeof entry->key, entry);
  }
  entry->socket = socket; /* an inode number may come again when its file has been removed */
}

void stp_unix_unbind(struct stp_unix* socket) {
  if (!socket->name)
    return;
  struct bound *entry, *next;
  HASH_ITER(hh, bound, entry, next) {
    if (entry->socket != socket)
      continue;
    HASH_DELETE(hh, bound, entry);
    stp_free(entry);
  }
}

/* ---- names ---- */

struct stp_unix_name* stp_unix_name_ref(struct stp_unix_name* name) {
  if (name)
    name->references++;
  return name;
}

void stp_unix_name_unref(struct stp_unix_name* name) {
  if (name && --name->references == 0)
    stp_free(name);
}

void stp_unix_name_store(const struct stp_unix_name* name, struct sockaddr_storage* to,
                         socklen_t* length) {
  static const struct sockaddr none = {.sa_family = AF_UNIX};
  *length = name ? name->length : sizeof none.sa_family;
  memcpy(to, name ? (const void*)&name->address : &none, *length);
}

/* A copy whose path, if it is one, ends with a zero that its length counts. */
static int name_make(const struct sockaddr* address, socklen_t length,
                     struct stp_unix_name** name) {
  if (length <= PATH || length > sizeof(struct sockaddr_un) || address->sa_family != AF_UNIX)
    return -EINVAL;
  /* One byte more than a sockaddr_un: the zero of a path that fills it. */
  *name = stp_alloc(sizeof **name + 1);
  (*name)->references = 1;
  memcpy(&(*name)->address, address, length);
  const char* const path = (*name)->address.sun_path;
  (*name)->length = path[0] ? PATH + (socklen_t)strlen(path) + 1 : length;
  return 0;
}

static struct key abstract_key(const struct stp_unix_name* name, int type) {
  struct key key;
  memset(&key, 0, sizeof key);
  key.host = stp_me->host->index + 1;
  key.device = (uint64_t)type;
  key.length = (uint16_t)name->length;
  memcpy(key.abstract, name->address.sun_path, name->length - PATH);
  return key;
}

static int file_key(const char* path, struct key* key) {
  STP_LOCATION location = {0};
  const int error = stp_path_existing(AT_FDCWD, path, true, &location);
  if (error)
    return error;
  memset(key, 0, sizeof *key);
  if (location.layer != STP_HOST || !S_ISSOCK(location.real.st_mode))
    return -ECONNREFUSED;
  key->device = location.real.st_dev;
  key->inode = location.real.st_ino;
  return 0;
}

/* Connecting is writing. */
static int may_connect(const char* path) {
  STP_LOCATION location = {0};
  const int error = stp_path_existing(AT_FDCWD, path, true, &location);
  return error ? error : stp_location_permits(&location, W_OK);
}

/* ---- bind and find ---- */

static int bind_file(struct stp_unix* socket, const struct stp_unix_name* name) {
  const char* const path = name->address.sun_path;
  struct key key;
  int error = stp_make_node(AT_FDCWD, path, S_IFSOCK | 0777);
  if (error)
    return error == -EEXIST ? -EADDRINUSE : error;
  error = file_key(path, &key);
  if (!error)
    add(&key, socket);
  return error;
}

static int bind_abstract(struct stp_unix* socket, const struct stp_unix_name* name) {
  const struct key key = abstract_key(name, socket->socket.type);
  if (find_key(&key))
    return -EADDRINUSE;
  add(&key, socket);
  return 0;
}

/* unix_autobind: a zero and five hexadecimal digits. */
static int bind_any(struct stp_unix* socket) {
  static unsigned number;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int error;
  do {
    char digits[9];
    snprintf(digits, sizeof digits, "%05x", ++number & 0xfffff);
    memcpy(address.sun_path + 1, digits, 5);
    error = stp_unix_bind(socket, (struct sockaddr*)&address, PATH + 6);
  } while (error == -EADDRINUSE);
  return error;
}

int stp_unix_bind(struct stp_unix* socket, const struct sockaddr* address, socklen_t length) {
  if (length == PATH && address->sa_family == AF_UNIX)
    return socket->name ? 0 : bind_any(socket);
  struct stp_unix_name* name;
  int error = name_make(address, length, &name);
  if (error)
    return error;
  if (socket->name)
    error = -EINVAL;
  else
    error = name->address.sun_path[0] ? bind_file(socket, name) : bind_abstract(socket, name);
  if (error)
    stp_unix_name_unref(name);
  else
    socket->name = name;
  return error;
}

int stp_unix_find(const struct sockaddr* address, socklen_t length, int type,
                  struct stp_unix** found) {
  struct stp_unix_name* name;
  struct key key;
  int error = name_make(address, length, &name);
  if (error)
    return error;
  if (!name->address.sun_path[0])
    key = abstract_key(name, type);
  else if ((error = may_connect(name->address.sun_path)) == 0)
    error = file_key(name->address.sun_path, &key);
  stp_unix_name_unref(name);
  if (error)
    return error;
  const struct bound* const entry = find_key(&key);
  if (!entry)
    return -ECONNREFUSED;
  *found = entry->socket;
  return (*found)->socket.type == type ? 0 : -EPROTOTYPE;
}
