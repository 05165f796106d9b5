/* Reading /etc/networks and /etc/rpc as glibc does (nss_files). */
#include "calls/numbered.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls/etc_files.h"
#include "process/hidden.h"

/* Whole addresses: "127" is 127.0.0.0. */
static uint32_t network_number(const char* text) {
  char whole[64];
  int length = snprintf(whole, sizeof whole, "%.40s", text), dots = 0;
  for (const char* c = whole; *c; c++)
    dots += *c == '.';
  for (; dots < 3; dots++)
    length += snprintf(whole + length, sizeof whole - (size_t)length, ".0");
  return inet_network(whole);
}

static uint32_t plain_number(const char* text) { return (uint32_t)strtoul(text, NULL, 10); }

const struct stp_numbered stp_networks = {
    "/etc/networks", "default 0.0.0.0\nloopback 127.0.0.0\nlink-local 169.254.0.0\n",
    network_number};

const struct stp_numbered stp_rpcs = {
    "/etc/rpc",
    "portmapper 100000 portmap sunrpc rpcbind\nrstatd 100001 rstat rup perfmeter rstat_svc\n"
    "rusersd 100002 rusers\nnfs 100003 nfsprog\nypserv 100004 ypprog\n"
    "mountd 100005 mount showmount\nypbind 100007\nwalld 100008 rwall shutdown\n"
    "yppasswdd 100009 yppasswd\nrquotad 100011 rquotaprog quota rquota\nsprayd 100012 spray\n"
    "nlockmgr 100021\nstatus 100024\nbootparam 100026\nypupdated 100028 ypupdate\n",
    plain_number};

static const char blanks[] = " \t\r";

/* The next word of a line; null at its end. */
static char* next_word(char** line) {
  while (*line && **line && strchr(blanks, **line))
    (*line)++;
  return *line && **line ? strsep(line, blanks) : NULL;
}

/* Puts an entry, its words taken from `line`, into the buffer. */
static int put(struct stp_numbered_entry* entry, const char* name, const char* line, char* buffer,
               size_t room) {
  const size_t padding = -(uintptr_t)buffer % _Alignof(char*), name_size = strlen(name) + 1;
  const size_t words = strlen(line) / 2 + 2, list = words * sizeof(char*);
  if (room < padding + list + name_size + strlen(line) + 1)
    return ERANGE;
  entry->aliases = (char**)(buffer + padding);
  entry->name = memcpy(buffer + padding + list, name, name_size);
  char* rest = strcpy(entry->name + name_size, line);
  size_t count = 0;
  while ((entry->aliases[count] = next_word(&rest)))
    count++;
  return 0;
}

static bool has_word(const char* words, const char* wanted) {
  const size_t length = strlen(wanted);
  for (words += strspn(words, blanks); *words; words += strspn(words, blanks)) {
    const size_t size = strcspn(words, blanks);
    if (size == length && strncmp(words, wanted, size) == 0)
      return true;
    words += size;
  }
  return false;
}

int stp_numbered_find(const struct stp_numbered* database,
                      const struct stp_numbered_question* question,
                      struct stp_numbered_entry* entry, char* buffer, size_t room) {
  char* text = stp_etc_read_own(database->path);
  if (!text)
    text = stp_process_strdup(database->fallback);
  char* lines = text;
  int result = ENOENT, index = 0;
  for (char* line; result == ENOENT && (line = strsep(&lines, "\n"));) {
    line[strcspn(line, "#")] = '\0';
    const char* const name = next_word(&line);
    const char* const number = name ? next_word(&line) : NULL;
    if (!number)
      continue;
    entry->number = database->number(number);
    const char* const aliases = line ? line : "";
    if (question->name ? strcmp(name, question->name) == 0 || has_word(aliases, question->name)
        : question->index >= 0 ? index == question->index
                               : entry->number == question->number)
      result = put(entry, name, line ? line : "", buffer, room);
    index++;
  }
  stp_process_free(text);
  return result;
}
