/* The databases of users, groups and passwords: what stands in the host's own /etc/passwd,
 * /etc/group and /etc/shadow, else the first entries of a freshly installed Debian. They are read
 * anew for each question, so that what a program writes there counts. */
#ifndef STP_USER_DATABASES_H
#define STP_USER_DATABASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "process/identity.h"

struct stp_host;
struct stp_process;

struct stp_database;
extern const struct stp_database stp_users, stp_groups, stp_shadows;

const char* stp_database_name(const struct stp_database* database); /* of its file in /etc */
FILE* stp_database_fallback(const struct stp_database* database); /* of a host without that file */

/* What is asked for: the entry with this name or id, or the one number `index`. */
struct stp_question {
  const char* name; /* null: by id or index */
  id_t id;
  int index; /* -1: by name or id */
};

#define STP_BY_NAME(text) ((struct stp_question){.name = (text), .index = -1})
#define STP_BY_ID(number) ((struct stp_question){.id = (number), .index = -1})

/* The form with a buffer of the caller's (getpwnam_r): 0, with a null result if there is no such
 * entry, or ERANGE. */
int stp_ask_r(const struct stp_database* database, struct stp_question question, void* entry,
              size_t entry_size, char* buffer, size_t size, void** result);

/* The form with a buffer of the process: each database and function has its own. Null if there is
 * no such entry. As libc's lookups do, this and the former set errno to 0 when they do not fail. */
enum stp_static { STP_STATIC_NAME, STP_STATIC_ID, STP_STATIC_ORDER, STP_STATIC_FILE, STP_STATICS };
void* stp_ask_static(const struct stp_database* database, enum stp_static buffer,
                     struct stp_question question);

/* One entry after the other (getpwent, getpwent_r: ENOENT at the end), from the first again after
 * stp_ask_index(database) has been set to 0. */
void* stp_ask_next(const struct stp_database* database);
int stp_ask_next_r(const struct stp_database* database, void* entry, size_t entry_size,
                   char* buffer, size_t size, void** result);
int* stp_ask_index(const struct stp_database* database);

/* Whose a deployed process is: what "NAME" or "UID[:GID]" means on a host before anything runs
 * there, with the variables of his environment. Null: the host has no such user. */
enum { STP_USER_VARIABLES = 4 };
struct stp_user {
  uid_t id;
  gid_t group, groups[STP_GROUPS_MAX]; /* all groups, the first one included */
  int group_count;
  char* name;
  char* variables[STP_USER_VARIABLES]; /* "HOME=..." */
};
struct stp_user* stp_user_find(const struct stp_host* host, const char* text);

/* Makes a process his that has not run yet. */
void stp_user_become(struct stp_process* process, const struct stp_user* user);

/* The next entry of a file that the program has opened itself. */
void* stp_ask_file(const struct stp_database* database, FILE* file);

#endif
