/* The databases of users, groups and passwords. */
#include "calls/user_databases.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file/paths.h"
#include "file/permission.h"
#include "file/streams.h"
#include "process/hidden.h"
#include "process/process.h"
#include "trace/log.h"

static const char default_passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
                                     "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
                                     "bin:x:2:2:bin:/bin:/usr/sbin/nologin\n"
                                     "sys:x:3:3:sys:/dev:/usr/sbin/nologin\n"
                                     "mail:x:8:8:mail:/var/mail:/usr/sbin/nologin\n"
                                     "proxy:x:13:13:proxy:/bin:/usr/sbin/nologin\n"
                                     "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
                                     "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";

static const char default_group[] = "root:x:0:\n"
                                    "daemon:x:1:\n"
                                    "bin:x:2:\n"
                                    "sys:x:3:\n"
                                    "adm:x:4:\n"
                                    "tty:x:5:\n"
                                    "mail:x:8:\n"
                                    "proxy:x:13:\n"
                                    "www-data:x:33:\n"
                                    "nogroup:x:65534:\n";

static const char default_shadow[] = "root:*:18262:0:99999:7:::\nnobody:*:18262:0:99999:7:::\n";

/* ---- the three databases, alike but for their types ---- */

union record {
  struct passwd user;
  struct group group;
  struct spwd shadow;
};

struct stp_database {
  const char *file, *fallback;
  /* The next entry of the file, its strings in `buffer`: 0, ENOENT at the end, ERANGE ... */
  int (*next)(FILE* file, union record* entry, char* buffer, size_t size);
  bool (*matches)(const union record* entry, const struct stp_question* question);
};

static int next_user(FILE* file, union record* entry, char* buffer, size_t size) {
  struct passwd* found;
  return fgetpwent_r(file, &entry->user, buffer, size, &found);
}

static int next_group(FILE* file, union record* entry, char* buffer, size_t size) {
  struct group* found;
  return fgetgrent_r(file, &entry->group, buffer, size, &found);
}

static int next_shadow(FILE* file, union record* entry, char* buffer, size_t size) {
  struct spwd* found;
  return fgetspent_r(file, &entry->shadow, buffer, size, &found);
}

static bool matches_user(const union record* entry, const struct stp_question* question) {
  return question->name ? strcmp(entry->user.pw_name, question->name) == 0
                        : entry->user.pw_uid == question->id;
}

static bool matches_group(const union record* entry, const struct stp_question* question) {
  return question->name ? strcmp(entry->group.gr_name, question->name) == 0
                        : entry->group.gr_gid == question->id;
}

static bool matches_shadow(const union record* entry, const struct stp_question* question) {
  return question->name && strcmp(entry->shadow.sp_namp, question->name) == 0;
}

const struct stp_database stp_users = {"passwd", default_passwd, next_user, matches_user};
const struct stp_database stp_groups = {"group", default_group, next_group, matches_group};
const struct stp_database stp_shadows = {"shadow", default_shadow, next_shadow, matches_shadow};

const char* stp_database_name(const struct stp_database* database) { return database->file; }

FILE* stp_database_fallback(const struct stp_database* database) {
  FILE* file = fmemopen((void*)database->fallback, strlen(database->fallback), "r");
  if (!file)
    stp_fatal("cannot open a file in memory: %s", strerror(errno));
  return file;
}

/* What the calling process sees of the host's own files; never the machine's. */
static FILE* open_database(const struct stp_database* database) {
  char path[64];
  snprintf(path, sizeof path, "/etc/%s", database->file);
  STP_LOCATION location;
  const int error = stp_path_existing(AT_FDCWD, path, true, &location);
  const bool own = location.layer == STP_HOST || (location.layer == STP_REAL && location.in_base);
  if (error < 0 || !own || !S_ISREG(location.real.st_mode))
    return stp_database_fallback(database);
  if (stp_location_permits(&location, R_OK) < 0)
    return fopen("/dev/null", "re");
  char* real = stp_location_real(&location);
  FILE* file = fopen(real, "re");
  stp_free(real);
  return file ? file : stp_database_fallback(database);
}

/* 0, ENOENT or ERANGE. errno is left as it was by questions for the next entry, else 0 or ERANGE.
 */
static int ask(const struct stp_database* database, const struct stp_question* question,
               union record* entry, char* buffer, size_t size) {
  const int saved = errno;
  FILE* file = open_database(database);
  int error;
  for (int index = 0;; index++) {
    error = database->next(file, entry, buffer, size);
    if (error != 0)
      break;
    if (question->index >= 0 ? index == question->index : database->matches(entry, question))
      break;
  }
  fclose(file);
  errno = question->index >= 0 ? saved : error == ERANGE ? ERANGE : 0;
  return error == 0 || error == ERANGE ? error : ENOENT;
}

/* The form with a buffer of the caller's: 0 with a null result if there is no such entry. */
int stp_ask_r(const struct stp_database* database, struct stp_question question, void* entry,
              size_t entry_size, char* buffer, size_t size, void** result) {
  union record found;
  const int error = ask(database, &question, &found, buffer, size);
  *result = NULL;
  if (error == 0)
    *result = memcpy(entry, &found, entry_size);
  return error == ENOENT ? 0 : error;
}

/* The forms with a buffer of libc's: each function has its own, and so does each process. */
struct answer {
  union record entry;
  char* buffer;
  size_t size;
};

struct answers {
  struct answer of[STP_STATICS];
  int index; /* of the next get...ent */
};

static struct answers* answers_of(const struct stp_database* database) {
  return stp_hidden_block(database, sizeof(struct answers));
}

static void enlarge(struct answer* answer) {
  stp_process_free(answer->buffer);
  answer->size = answer->size ? 2 * answer->size : 1024;
  answer->buffer = stp_process_alloc(answer->size);
}

void* stp_ask_static(const struct stp_database* database, enum stp_static buffer,
                     struct stp_question question) {
  struct answer* answer = &answers_of(database)->of[buffer];
  int error = ERANGE;
  while (error == ERANGE) {
    if (answer->size > 0)
      error = ask(database, &question, &answer->entry, answer->buffer, answer->size);
    if (error == ERANGE)
      enlarge(answer);
  }
  return error == 0 ? &answer->entry : NULL;
}

/* The next entry of a file that the program has opened itself. */
void* stp_ask_file(const struct stp_database* database, FILE* file) {
  struct answer* answer = &answers_of(database)->of[STP_STATIC_FILE];
  STP_STREAM stream = stp_stream_enter(file);
  int error = ERANGE; /* then the file stands where it stood */
  while (error == ERANGE) {
    if (answer->size > 0)
      error = database->next(stream.file, &answer->entry, answer->buffer, answer->size);
    if (error == ERANGE)
      enlarge(answer);
  }
  return error == 0 ? &answer->entry : NULL;
}

void* stp_ask_next(const struct stp_database* database) {
  int* index = &answers_of(database)->index;
  void* found = stp_ask_static(database, STP_STATIC_ORDER, (struct stp_question){.index = *index});
  *index += found != NULL;
  return found;
}

int stp_ask_next_r(const struct stp_database* database, void* entry, size_t entry_size,
                   char* buffer, size_t size, void** result) {
  int* index = &answers_of(database)->index;
  const int error = stp_ask_r(database, (struct stp_question){.index = *index}, entry, entry_size,
                              buffer, size, result);
  *index += *result != NULL;
  return error == 0 && !*result ? ENOENT : error;
}

int* stp_ask_index(const struct stp_database* database) { return &answers_of(database)->index; }
