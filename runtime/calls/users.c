/* Users and groups (pwd.h, grp.h, shadow.h) over the databases of user_databases.h. */
#include <shadow.h>
#include <stdio.h>
#include <string.h>

#include "calls/adapter.h"
#include "calls/user_databases.h"
#include "process/hidden.h"

/* ---- pwd.h ---- */

struct passwd* simterpose_getpwnam(const char* name) {
  return stp_ask_static(&stp_users, STP_STATIC_NAME, STP_BY_NAME(name));
}
struct passwd* simterpose_getpwuid(uid_t id) {
  return stp_ask_static(&stp_users, STP_STATIC_ID, STP_BY_ID(id));
}
struct passwd* simterpose_getpwent(void) {
  return stp_ask_next(&stp_users);
}
void simterpose_setpwent(void) { *stp_ask_index(&stp_users) = 0; }
void simterpose_endpwent(void) { *stp_ask_index(&stp_users) = 0; }

int simterpose_getpwnam_r(const char* name, struct passwd* entry, char* buffer, size_t size,
                          struct passwd** result) {
  return stp_ask_r(&stp_users, STP_BY_NAME(name), entry, sizeof *entry, buffer, size,
                   (void**)result);
}

int simterpose_getpwuid_r(uid_t id, struct passwd* entry, char* buffer, size_t size,
                          struct passwd** result) {
  return stp_ask_r(&stp_users, STP_BY_ID(id), entry, sizeof *entry, buffer, size, (void**)result);
}

int simterpose_getpwent_r(struct passwd* entry, char* buffer, size_t size, struct passwd** result) {
  return stp_ask_next_r(&stp_users, entry, sizeof *entry, buffer, size, (void**)result);
}

struct passwd* simterpose_fgetpwent(FILE* file) {
  return stp_ask_file(&stp_users, file);
}

/* ---- grp.h ---- */

struct group* simterpose_getgrnam(const char* name) {
  return stp_ask_static(&stp_groups, STP_STATIC_NAME, STP_BY_NAME(name));
}
struct group* simterpose_getgrgid(gid_t id) {
  return stp_ask_static(&stp_groups, STP_STATIC_ID, STP_BY_ID(id));
}
struct group* simterpose_getgrent(void) {
  return stp_ask_next(&stp_groups);
}
void simterpose_setgrent(void) { *stp_ask_index(&stp_groups) = 0; }
void simterpose_endgrent(void) { *stp_ask_index(&stp_groups) = 0; }

int simterpose_getgrnam_r(const char* name, struct group* entry, char* buffer, size_t size,
                          struct group** result) {
  return stp_ask_r(&stp_groups, STP_BY_NAME(name), entry, sizeof *entry, buffer, size,
                   (void**)result);
}

int simterpose_getgrgid_r(gid_t id, struct group* entry, char* buffer, size_t size,
                          struct group** result) {
  return stp_ask_r(&stp_groups, STP_BY_ID(id), entry, sizeof *entry, buffer, size, (void**)result);
}

int simterpose_getgrent_r(struct group* entry, char* buffer, size_t size, struct group** result) {
  return stp_ask_next_r(&stp_groups, entry, sizeof *entry, buffer, size, (void**)result);
}

struct group* simterpose_fgetgrent(FILE* file) {
  return stp_ask_file(&stp_groups, file);
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
  int* index = stp_ask_index(&stp_groups);
  const int kept = *index;
  *index = 0;
  for (struct group* group; (group = stp_ask_next(&stp_groups));) {
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
  return stp_ask_static(&stp_shadows, STP_STATIC_NAME, STP_BY_NAME(name));
}
struct spwd* simterpose_getspent(void) {
  return stp_ask_next(&stp_shadows);
}
void simterpose_setspent(void) { *stp_ask_index(&stp_shadows) = 0; }
void simterpose_endspent(void) { *stp_ask_index(&stp_shadows) = 0; }

int simterpose_getspnam_r(const char* name, struct spwd* entry, char* buffer, size_t size,
                          struct spwd** result) {
  return stp_ask_r(&stp_shadows, STP_BY_NAME(name), entry, sizeof *entry, buffer, size,
                   (void**)result);
}

int simterpose_getspent_r(struct spwd* entry, char* buffer, size_t size, struct spwd** result) {
  return stp_ask_next_r(&stp_shadows, entry, sizeof *entry, buffer, size, (void**)result);
}

struct spwd* simterpose_fgetspent(FILE* file) {
  return stp_ask_file(&stp_shadows, file);
}

/* ---- unistd.h ---- */

char* simterpose_getlogin(void) {
  static const char key;
  char* name = stp_hidden_block(&key, 64);
  return simterpose_getlogin_r(name, 64) == 0 ? name : NULL;
}

/* There is no login: the user of the process is taken for the one of its session. */
int simterpose_getlogin_r(char* name, size_t size) {
  struct passwd entry, *found;
  char buffer[4096];
  stp_ask_r(&stp_users, STP_BY_ID(stp_identity()->user.real), &entry, sizeof entry, buffer,
            sizeof buffer, (void**)&found);
  if (!found)
    return ENOTTY;
  if (size < strlen(found->pw_name) + 1)
    return ERANGE;
  strcpy(name, found->pw_name);
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
