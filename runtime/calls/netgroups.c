/* netdb.h: netgroups, as the host's own /etc/netgroup has them (netgroup(5)): "NAME MEMBER...",
 * where a member is (HOST,USER,DOMAIN) or another group. Without the file there are none. */
#include <string.h>

#include "calls/adapter.h"
#include "calls/etc_files.h"
#include "process/hidden.h"

enum { HOST, USER, DOMAIN, FIELDS, DEPTH = 16 };

/* Walks the members of a group; stops, and says true, as soon as `take` does. */
struct walk {
  char* text; /* of the file; strings of members lie in it */
  bool (*take)(struct walk* walk, char* const fields[FIELDS]);
  void* owner;
  bool found; /* the group exists */
};

static const char blanks[] = " \t\r";

static char* strip(char* text) {
  text += strspn(text, blanks);
  for (char* end = text + strlen(text); end > text && strchr(blanks, end[-1]);)
    *--end = '\0';
  return text;
}

/* The fields of "HOST,USER,DOMAIN)...": an empty one is null. What follows; null if it is broken.
 */
static char* read_triple(char* text, char* fields[FIELDS]) {
  char* const end = strchr(text, ')');
  if (!end)
    return NULL;
  *end = '\0';
  for (int i = 0; i < FIELDS; i++) {
    char* const field = strsep(&text, ",");
    if (!field)
      return NULL;
    char* const stripped = strip(field);
    fields[i] = *stripped ? stripped : NULL;
  }
  return end + 1;
}

static bool walk_group(struct walk* walk, const char* group, int depth);

static bool walk_members(struct walk* walk, char* text, int depth) {
  while (*(text += strspn(text, blanks))) {
    if (*text == '(') {
      char* fields[FIELDS];
      text = read_triple(text + 1, fields);
      if (!text)
        return false;
      if (walk->take(walk, fields))
        return true;
    } else {
      char* const name = strsep(&text, blanks);
      if (depth < DEPTH && walk_group(walk, name, depth + 1))
        return true;
      if (!text)
        return false;
    }
  }
  return false;
}

/* A copy of the members in the group's line. The process's. */
static char* members_of(const char* text, const char* group) {
  const size_t length = strlen(group);
  for (const char* line = text; line && *line; line = strchr(line, '\n')) {
    line += strspn(line, " \t\r\n");
    if (strncmp(line, group, length) != 0 || !line[length] || !strchr(blanks, line[length]))
      continue;
    char* const copy = stp_process_strdup(line + length);
    copy[strcspn(copy, "\n#")] = '\0';
    return copy;
  }
  return NULL;
}

static bool walk_group(struct walk* walk, const char* group, int depth) {
  char* const members = members_of(walk->text, group);
  if (!members)
    return false;
  walk->found = true;
  const bool done = walk_members(walk, members, depth);
  stp_process_free(members);
  return done;
}

static bool walk_all(struct walk* walk, const char* group) {
  walk->text = stp_etc_read_own("/etc/netgroup");
  if (!walk->text)
    return false;
  char* continued = walk->text; /* lines may be continued */
  while ((continued = strstr(continued, "\\\n")))
    memcpy(continued, "  ", 2);
  const bool done = walk_group(walk, group, 0);
  stp_process_free(walk->text);
  return done;
}

/* ---- whether something is a member ---- */

static bool is_member(struct walk* walk, char* const fields[FIELDS]) {
  const char* const* const wanted = walk->owner;
  for (int i = 0; i < FIELDS; i++)
    if (wanted[i] && fields[i] && (i == USER ? strcmp : strcasecmp)(wanted[i], fields[i]) != 0)
      return false;
  return true;
}

int simterpose_innetgr(const char* group, const char* host, const char* user, const char* domain) {
  const char* wanted[FIELDS] = {host, user, domain};
  struct walk walk = {.take = is_member, .owner = wanted};
  return walk_all(&walk, group);
}

/* ---- one member after the other ---- */

struct kept {
  char* group; /* of setnetgrent */
  int index;   /* of the next member */
  char buffer[1024];
};

static struct kept* kept(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct kept));
}

struct turn {
  int left;
  char **fields[FIELDS], *buffer;
  size_t room;
  int error;
};

static bool take_turn(struct walk* walk, char* const fields[FIELDS]) {
  struct turn* const turn = walk->owner;
  if (turn->left-- > 0)
    return false;
  for (int i = 0; i < FIELDS; i++) {
    const size_t size = fields[i] ? strlen(fields[i]) + 1 : 0;
    if (size > turn->room) {
      turn->error = ERANGE;
      return true;
    }
    *turn->fields[i] = fields[i] ? memcpy(turn->buffer, fields[i], size) : NULL;
    turn->buffer += size;
    turn->room -= size;
  }
  return true;
}

static bool take_none(struct walk* walk, char* const fields[FIELDS]) {
  (void)walk, (void)fields;
  return true;
}

int simterpose_setnetgrent(const char* group) {
  simterpose_endnetgrent();
  struct walk walk = {.take = take_none};
  walk_all(&walk, group);
  if (walk.found)
    kept()->group = stp_process_strdup(group);
  return walk.found;
}

void simterpose_endnetgrent(void) {
  struct kept* const own = kept();
  stp_process_free(own->group);
  own->group = NULL;
  own->index = 0;
}

int simterpose_getnetgrent_r(char** restrict host, char** restrict user, char** restrict domain,
                             char* restrict buffer, size_t room) {
  struct kept* const own = kept();
  struct turn turn = {own->index, {host, user, domain}, buffer, room, 0};
  struct walk walk = {.take = take_turn, .owner = &turn};
  if (!own->group || !walk_all(&walk, own->group))
    return 0;
  if (turn.error) {
    errno = turn.error;
    return 0;
  }
  own->index++;
  return 1;
}

int simterpose_getnetgrent(char** restrict host, char** restrict user, char** restrict domain) {
  struct kept* const own = kept();
  return simterpose_getnetgrent_r(host, user, domain, own->buffer, sizeof own->buffer);
}
