/* Users and groups (pwd.h, grp.h, shadow.h): what stands in the host's own /etc/passwd, /etc/group
 * and /etc/shadow, else those of a freshly installed Debian. The databases are read anew for each
 * question, so that what a program writes there counts. */
#include <shadow.h>
#include <stdio.h>
#include <string.h>

#include "calls/adapter.h"
#include "file/streams.h"
#include "process/hidden.h"

static const char default_passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
                                     "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
                                     "bin:x:2:2:bin:/bin:/usr/sbin/nologin\n"
                                     "sys:x:3:3:sys:/dev:/usr/sbin/nologin\n"
                                     "mail:x:8:8:mail:/var/mail:/usr/sbin/nologin\n"
                                     "proxy:x:13:13:proxy:/bin:/usr/sbin/nologin\n"
                                     "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
                                     "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";

static const char default_group[] = "root:x:0:\ndaemon:x:1:\nbin:x:2:\nsys:x:3:\nadm:x:4:\ntty:x:5:"
                                    "\nmail:x:8:\nproxy:x:13:\nwww-data:x:33:\nnogroup:x:65534:\n";

static const char default_shadow[] = "root:*:18262:0:99999:7:::\nnobody:*:18262:0:99999:7:::\n";

/* ---- the three databases, alike but for their types ---- */

union record {
  struct passwd user;
  struct group group;
  struct spwd shadow;
};

/* What is asked for: the entry with this name or id, or the one number `index`. */
struct question {
  const char* name; /* null: by id or index */
  id_t id;
  int index; /* -1: by name or id */
};

struct database {
  const char *file, *fallback;
  /* The next entry of the file, its strings in `buffer`: 0, ENOENT at the end, ERANGE ... */
  int (*next)(FILE* file, union record* entry, char* buffer, size_t size);
  bool (*matches)(const union record* entry, const struct question* question);
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

static bool matches_user(const union record* entry, const struct question* question) {
  return question->name ? strcmp(entry->user.pw_name, question->name) == 0
                        : entry->user.pw_uid == question->id;
}

static bool matches_group(const union record* entry, const struct question* question) {
  return question->name ? strcmp(entry->group.gr_name, question->name) == 0
                        : entry->group.gr_gid == question->id;
}

static bool matches_shadow(const union record* entry, const struct question* question) {
  return question->name && strcmp(entry->shadow.sp_namp, question->name) == 0;
}

static const struct database users = {"passwd", default_passwd, next_user, matches_user};
static const struct database groups = {"group", default_group, next_group, matches_group};
static const struct database shadows = {"shadow", default_shadow, next_shadow, matches_shadow};

static FILE* open_database(const struct database* database) {
  char path[4096];
  snprintf(path, sizeof path, "%s/etc/%s", stp_me->host->directory, database->file);
  FILE* file = fopen(path, "re");
  if (!file)
    file = fmemopen((void*)database->fallback, strlen(database->fallback), "r");
  if (!file)
    stp_fatal("cannot read %s: %s", path, strerror(errno));
  return file;
}

/* 0, ENOENT or ERANGE. errno is left as it was. */
static int ask(const struct database* database, const struct question* question,
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
  errno = saved;
  return error == 0 || error == ERANGE ? error : ENOENT;
}

/* The form with a buffer of the caller's: 0 with a null result if there is no such entry. */
static int ask_r(const struct database* database, struct question question, void* entry,
                 size_t entry_size, char* buffer, size_t size, void** result) {
  union record found;
  const int error = ask(database, &question, &found, buffer, size);
  *result = NULL;
  if (error == 0)
    *result = memcpy(entry, &found, entry_size);
  return error == ENOENT ? 0 : error;
}

/* The forms with a buffer of libc's: each function has its own, and so does each process. */
enum function { BY_NAME_STATIC, BY_ID_STATIC, IN_ORDER, FROM_FILE, FUNCTIONS };

struct answer {
  union record entry;
  char* buffer;
  size_t size;
};

struct answers {
  struct answer of[FUNCTIONS];
  int index; /* of the next get...ent */
};

static struct answers* answers_of(const struct database* database) {
  return stp_hidden_block(database, sizeof(struct answers));
}

static void enlarge(struct answer* answer) {
  stp_process_free(answer->buffer);
  answer->size = answer->size ? 2 * answer->size : 1024;
  answer->buffer = stp_process_alloc(answer->size);
}

static void* ask_static(const struct database* database, enum function function,
                        struct question question) {
  struct answer* answer = &answers_of(database)->of[function];
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
static void* ask_file(const struct database* database, FILE* file) {
  struct answer* answer = &answers_of(database)->of[FROM_FILE];
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

static void* ask_next(const struct database* database) {
  int* index = &answers_of(database)->index;
  void* found = ask_static(database, IN_ORDER, (struct question){.index = *index});
  *index += found != NULL;
  return found;
}

static int ask_next_r(const struct database* database, void* entry, size_t entry_size, char* buffer,
                      size_t size, void** result) {
  int* index = &answers_of(database)->index;
  const int error =
      ask_r(database, (struct question){.index = *index}, entry, entry_size, buffer, size, result);
  *index += *result != NULL;
  return error == 0 && !*result ? ENOENT : error;
}

static void start_over(const struct database* database) { answers_of(database)->index = 0; }

#define BY_NAME(text) ((struct question){.name = (text), .index = -1})
#define BY_ID(number) ((struct question){.id = (number), .index = -1})

/* ---- pwd.h ---- */

struct passwd* simterpose_getpwnam(const char* name) {
  return ask_static(&users, BY_NAME_STATIC, BY_NAME(name));
}
struct passwd* simterpose_getpwuid(uid_t id) {
  return ask_static(&users, BY_ID_STATIC, BY_ID(id));
}
struct passwd* simterpose_getpwent(void) {
  return ask_next(&users);
}
void simterpose_setpwent(void) { start_over(&users); }
void simterpose_endpwent(void) { start_over(&users); }

int simterpose_getpwnam_r(const char* name, struct passwd* entry, char* buffer, size_t size,
                          struct passwd** result) {
  return ask_r(&users, BY_NAME(name), entry, sizeof *entry, buffer, size, (void**)result);
}

int simterpose_getpwuid_r(uid_t id, struct passwd* entry, char* buffer, size_t size,
                          struct passwd** result) {
  return ask_r(&users, BY_ID(id), entry, sizeof *entry, buffer, size, (void**)result);
}

int simterpose_getpwent_r(struct passwd* entry, char* buffer, size_t size, struct passwd** result) {
  return ask_next_r(&users, entry, sizeof *entry, buffer, size, (void**)result);
}

struct passwd* simterpose_fgetpwent(FILE* file) {
  return ask_file(&users, file);
}

/* ---- grp.h ---- */

struct group* simterpose_getgrnam(const char* name) {
  return ask_static(&groups, BY_NAME_STATIC, BY_NAME(name));
}
struct group* simterpose_getgrgid(gid_t id) {
  return ask_static(&groups, BY_ID_STATIC, BY_ID(id));
}
struct group* simterpose_getgrent(void) {
  return ask_next(&groups);
}
void simterpose_setgrent(void) { start_over(&groups); }
void simterpose_endgrent(void) { start_over(&groups); }

int simterpose_getgrnam_r(const char* name, struct group* entry, char* buffer, size_t size,
                          struct group** result) {
  return ask_r(&groups, BY_NAME(name), entry, sizeof *entry, buffer, size, (void**)result);
}

int simterpose_getgrgid_r(gid_t id, struct group* entry, char* buffer, size_t size,
                          struct group** result) {
  return ask_r(&groups, BY_ID(id), entry, sizeof *entry, buffer, size, (void**)result);
}

int simterpose_getgrent_r(struct group* entry, char* buffer, size_t size, struct group** result) {
  return ask_next_r(&groups, entry, sizeof *entry, buffer, size, (void**)result);
}

struct group* simterpose_fgetgrent(FILE* file) {
  return ask_file(&groups, file);
}

static bool is_member(const struct group* group, const char* user) {
  for (char** member = group->gr_mem; *member; member++)
    if (strcmp(*member, user) == 0)
      return true;
  return false;
}

int simterpose_getgrouplist(const char* user, gid_t main_group, gid_t* list, int* room) {
  int count = 0;
  if (count++ < *room)
    list[0] = main_group;
  int* index = &answers_of(&groups)->index;
  const int kept = *index;
  *index = 0;
  for (struct group* group; (group = ask_next(&groups));) {
    if (group->gr_gid == main_group || !is_member(group, user))
      continue;
    if (count < *room)
      list[count] = group->gr_gid;
    count++;
  }
  *index = kept;
  const bool fits = count <= *room;
  *room = count;
  return fits ? count : -1;
}

int simterpose_initgroups(const char* user, gid_t main_group) {
  int count = 0;
  simterpose_getgrouplist(user, main_group, NULL, &count);
  gid_t* list = stp_process_alloc((size_t)count * sizeof *list);
  simterpose_getgrouplist(user, main_group, list, &count);
  const int result = simterpose_setgroups((size_t)count, list);
  stp_process_free(list);
  return result;
}

/* ---- shadow.h ---- */

struct spwd* simterpose_getspnam(const char* name) {
  return ask_static(&shadows, BY_NAME_STATIC, BY_NAME(name));
}
struct spwd* simterpose_getspent(void) {
  return ask_next(&shadows);
}
void simterpose_setspent(void) { start_over(&shadows); }
void simterpose_endspent(void) { start_over(&shadows); }

int simterpose_getspnam_r(const char* name, struct spwd* entry, char* buffer, size_t size,
                          struct spwd** result) {
  return ask_r(&shadows, BY_NAME(name), entry, sizeof *entry, buffer, size, (void**)result);
}

int simterpose_getspent_r(struct spwd* entry, char* buffer, size_t size, struct spwd** result) {
  return ask_next_r(&shadows, entry, sizeof *entry, buffer, size, (void**)result);
}

struct spwd* simterpose_fgetspent(FILE* file) {
  return ask_file(&shadows, file);
}

/* ---- unistd.h ---- */

char* simterpose_getlogin(void) {
  static const char key;
  char* name = stp_hidden_block(&key, 64);
  return simterpose_getlogin_r(name, 64) == 0 ? name : NULL;
}

int simterpose_getlogin_r(char* name, size_t size) {
  if (size < sizeof "root")
    return ERANGE;
  strcpy(name, "root");
  return 0;
}

int simterpose___getlogin_r_chk(char* name, size_t size, size_t room) {
  if (size > room)
    simterpose___chk_fail();
  return simterpose_getlogin_r(name, size);
}

/* The name that belongs to the effective user. */
char* simterpose_cuserid(char* name) {
  static const char key;
  char* result = name ? name : stp_hidden_block(&key, L_cuserid);
  const struct passwd* user = simterpose_getpwuid(simterpose_geteuid());
  *result = '\0';
  if (user)
    strncat(result, user->pw_name, L_cuserid - 1);
  return user || name ? result : NULL;
}
