/* Whose a deployed process is, looked up before anything runs: in the directory that its host
 * starts from, else among the users that every host has. */
#include <ctype.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls/user_databases.h"
#include "process/host.h"
#include "process/process.h"
#include "trace/log.h"

static FILE* open_file(const struct stp_host* host, const struct stp_database* database) {
  char path[4200];
  struct stat stat;
  snprintf(path, sizeof path, "%s/etc/%s", host->base ? host->base : "",
           stp_database_name(database));
  const int fd = host->base ? open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
  if (fd >= 0 && fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode))
    return fdopen(fd, "r");
  if (fd >= 0)
    close(fd);
  return stp_database_fallback(database);
}

/* A whole number; false if the text is none. */
static bool number(const char* text, id_t* value) {
  char* end;
  if (!isdigit((unsigned char)text[0]))
    return false;
  const unsigned long parsed = strtoul(text, &end, 10);
  *value = (id_t)parsed;
  return *end == 0 && parsed < (id_t)-1;
}

static char* variable(const char* name, const char* value) {
  char* const text = stp_alloc(strlen(name) + strlen(value) + 2);
  sprintf(text, "%s=%s", name, value);
  return text;
}

static struct stp_user* user_of(const struct passwd* entry) {
  struct stp_user* const user = stp_alloc(sizeof *user);
  user->id = entry->pw_uid;
  user->group = entry->pw_gid;
  user->name = stp_strdup(entry->pw_name);
  user->variables[0] = variable("HOME", entry->pw_dir);
  user->variables[1] = variable("LOGNAME", entry->pw_name);
  user->variables[2] = variable("SHELL", entry->pw_shell);
  user->variables[3] = variable("USER", entry->pw_name);
  return user;
}

/* By name or number; a number needs no entry. */
static struct stp_user* find(const struct stp_host* host, char* text) {
  FILE* file = open_file(host, &stp_users);
  char buffer[4096];
  struct passwd entry, *found;
  id_t id = 0;
  const bool numeric = number(text, &id);
  bool known = false;
  while (!known && fgetpwent_r(file, &entry, buffer, sizeof buffer, &found) == 0)
    known = numeric ? entry.pw_uid == id : strcmp(entry.pw_name, text) == 0;
  fclose(file);
  static char nowhere[] = "/", shell[] = "/bin/sh";
  if (!known && numeric)
    entry = (struct passwd){
        .pw_name = text, .pw_uid = id, .pw_gid = id, .pw_dir = nowhere, .pw_shell = shell};
  return known || numeric ? user_of(&entry) : NULL;
}

static void add_groups(const struct stp_host* host, struct stp_user* user) {
  FILE* file = open_file(host, &stp_groups);
  char buffer[4096];
  struct group entry, *found;
  user->groups[0] = user->group;
  user->group_count = 1;
  while (user->group_count < STP_GROUPS_MAX &&
         fgetgrent_r(file, &entry, buffer, sizeof buffer, &found) == 0)
    for (char** member = entry.gr_mem; *member; member++)
      if (strcmp(*member, user->name) == 0 && entry.gr_gid != user->group &&
          user->group_count < STP_GROUPS_MAX)
        user->groups[user->group_count++] = entry.gr_gid;
  fclose(file);
}

struct stp_user* stp_user_find(const struct stp_host* host, const char* text) {
  char* const copy = stp_strdup(text);
  char* const colon = strchr(copy, ':');
  if (colon)
    *colon = 0;
  struct stp_user* user = find(host, copy);
  if (user && colon && !number(colon + 1, &user->group))
    user = NULL;
  if (user)
    add_groups(host, user);
  stp_free(copy);
  return user;
}

void stp_user_become(struct stp_process* process, const struct stp_user* user) {
  struct stp_identity* const identity = stp_identity_of(process);
  identity->user = (struct stp_ids){user->id, user->id, user->id};
  identity->group = (struct stp_ids){user->group, user->group, user->group};
  memcpy(identity->groups, user->groups, sizeof user->groups);
  identity->group_count = user->group_count;
  if (user->id != 0)
    identity->capabilities = (struct stp_capabilities){.bounding = identity->capabilities.bounding};
}
