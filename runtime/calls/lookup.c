/* /etc/hosts, the platform, DNS. */
#include "calls/lookup.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "calls/adapter.h"
#include "calls/etc_files.h"
#include "calls/resolv_pair.h"
#include "net/address.h"
#include "net/dns.h"
#include "net/resolver.h"
#include "process/hidden.h"

static const char hosts_file[] = "/etc/hosts", servers_file[] = "/etc/resolv.conf";

static void add(struct stp_found* found, struct in6_addr address) {
  for (int i = 0; i < found->count; i++)
    if (stp_address_equal(found->at[i], address))
      return;
  if (found->count < STP_FOUND_MAX)
    found->at[found->count++] = address;
}

static void set_name(struct stp_found* found, const char* name) {
  if (!found->name[0])
    snprintf(found->name, sizeof found->name, "%s", name);
}

/* ---- /etc/hosts ---- */

struct line {
  struct in6_addr address;
  const char *name, *aliases; /* the rest of the line */
};

static const char blanks[] = " \t\r";

/* The next line with an address; changes the text. */
static bool next_line(char** text, struct line* line) {
  for (char* start; (start = strsep(text, "\n"));) {
    start[strcspn(start, "#")] = '\0';
    start += strspn(start, blanks);
    char* const number = strsep(&start, blanks);
    struct in_addr inet;
    if (inet_pton(AF_INET, number, &inet) == 1)
      line->address = stp_address_of4(inet);
    else if (inet_pton(AF_INET6, number, &line->address) != 1)
      continue;
    while (start && *start && strchr(blanks, *start))
      start++;
    if (!start || !*start)
      continue;
    line->name = strsep(&start, blanks);
    line->aliases = start ? start : "";
    return true;
  }
  return false;
}

static bool has_word(const char* words, const char* wanted) {
  const size_t length = strlen(wanted);
  for (words += strspn(words, blanks); *words; words += strspn(words, blanks)) {
    const size_t size = strcspn(words, blanks);
    if (size == length && strncasecmp(words, wanted, size) == 0)
      return true;
    words += size;
  }
  return false;
}

static void add_aliases(struct stp_found* found, const char* words) {
  enum { MOST = sizeof found->aliases / sizeof *found->aliases };
  for (words += strspn(words, blanks); *words; words += strspn(words, blanks)) {
    const size_t size = strcspn(words, blanks);
    if (found->alias_count < MOST)
      snprintf(found->aliases[found->alias_count++], NS_MAXDNAME, "%.*s", (int)size, words);
    words += size;
  }
}

static void search_file(const char* name, bool inet, bool inet6, struct stp_found* found) {
  char *const text = stp_etc_read(hosts_file), *next = text;
  struct line line;
  while (next_line(&next, &line)) {
    if (!(stp_address_is4(line.address) ? inet : inet6) ||
        (strcasecmp(line.name, name) != 0 && !has_word(line.aliases, name)))
      continue;
    if (!found->name[0])
      add_aliases(found, line.aliases);
    set_name(found, line.name);
    add(found, line.address);
  }
  stp_process_free(text);
}

static void search_file_for(struct in6_addr address, struct stp_found* found) {
  char *const text = stp_etc_read(hosts_file), *next = text;
  struct line line;
  while (!found->name[0] && next_line(&next, &line))
    if (stp_address_equal(line.address, address)) {
      set_name(found, line.name);
      add_aliases(found, line.aliases);
    }
  stp_process_free(text);
}

/* ---- the platform ---- */

static void search_platform(const char* name, bool inet, bool inet6, struct stp_found* found) {
  struct stp_names names;
  char whole[NS_MAXDNAME];
  snprintf(whole, sizeof whole, "%s", name);
  const size_t length = strlen(whole);
  if (length > 0 && whole[length - 1] == '.')
    whole[length - 1] = '\0';
  if (!stp_resolve_platform(whole, &names))
    return;
  set_name(found, names.name);
  if (inet)
    add(found, stp_address_of4(names.ipv4));
  if (inet6)
    add(found, names.ipv6);
}

/* ---- DNS ---- */

enum { ANSWER_ROOM = 8192 };

/* One record of an answer, about `name`. */
static void read_record(const u_char* answer, int size, int at, const char* name,
                        struct stp_found* found) {
  const u_char* const data = answer + at + 10;
  const unsigned type = stp_dns_get(answer + at), length = stp_dns_get(answer + at + 8);
  char told[NS_MAXDNAME];
  struct in6_addr address;
  struct in_addr inet;
  if (type == ns_t_ptr && dn_expand(answer, answer + size, data, told, sizeof told) >= 0)
    set_name(found, told);
  if (type == ns_t_a && length == sizeof inet)
    address = stp_address_of4(*(struct in_addr*)memcpy(&inet, data, sizeof inet));
  else if (type == ns_t_aaaa && length == sizeof address)
    memcpy(&address, data, sizeof address);
  else
    return;
  set_name(found, name);
  add(found, address);
}

/* The addresses, or the name, in an answer. */
static void read_answer(const u_char* answer, int size, struct stp_found* found) {
  const unsigned questions = stp_dns_get(answer + 4), records = stp_dns_get(answer + 6);
  int at = STP_DNS_HEADER;
  for (unsigned i = 0; i < questions + records; i++) {
    char name[NS_MAXDNAME];
    const int length =
        at < size ? dn_expand(answer, answer + size, answer + at, name, sizeof name) : -1;
    if (length < 0)
      return;
    at += length + (i < questions ? 4 : 0);
    if (i < questions)
      continue;
    if (at + 10 > size || at + 10 + (int)stp_dns_get(answer + at + 8) > size)
      return;
    if (stp_dns_get(answer + at + 2) == ns_c_in)
      read_record(answer, size, at, name, found);
    at += 10 + (int)stp_dns_get(answer + at + 8);
  }
}

static int ask_in(struct __res_state* state, const char* name, int type, bool searches,
                  struct stp_found* found) {
  u_char* const answer = stp_process_alloc(ANSWER_ROOM);
  const int size = searches
                       ? simterpose_res_nsearch(state, name, ns_c_in, type, answer, ANSWER_ROOM)
                       : simterpose_res_nquery(state, name, ns_c_in, type, answer, ANSWER_ROOM);
  if (size > 0)
    read_answer(answer, size, found);
  stp_process_free(answer);
  return size > 0 ? 0 : state->res_h_errno;
}

/* A fresh state each time: the file may have changed. */
static struct __res_state* state_new(void) {
  struct __res_state* const state = stp_process_alloc(sizeof *state);
  simterpose___res_ninit(state);
  return state;
}

static void state_free(struct __res_state* state) {
  simterpose___res_nclose(state);
  stp_process_free(state);
}

static int ask(const char* name, int type, bool searches, struct stp_found* found) {
  struct __res_state* const state = state_new();
  const int error = ask_in(state, name, type, searches, found);
  state_free(state);
  return error;
}

/* As libc does, asks for both families at once, unless the file has "single-request". */
static int ask_for_addresses(const char* name, bool inet, bool inet6, struct stp_found* found) {
  struct __res_state* const state = state_new();
  struct stp_res_pair pair = {.type = ns_t_aaaa};
  if (inet && inet6 && !(state->options & (RES_SNGLKUP | RES_SNGLKUPREOP)))
    stp_res_pair_set(state, &pair);
  const int first = inet ? ask_in(state, name, ns_t_a, true, found) : NO_DATA;
  const struct stp_res_kept* const kept = pair.kept; /* the last, of the name that was found */
  int second = NO_DATA;
  if (first == 0 && kept)
    read_answer(kept->bytes + kept->query_size, kept->size, found);
  else if (inet6)
    second = ask_in(state, name, ns_t_aaaa, true, found);
  stp_res_pair_free(&pair);
  stp_res_pair_set(state, NULL);
  state_free(state);
  if (found->count > 0)
    return 0;
  return first == NO_DATA ? second : first;
}

/* ---- both questions ---- */

int stp_lookup_name(const char* name, bool inet, bool inet6, struct stp_found* found) {
  *found = (struct stp_found){0};
  if (stp_etc_is_synthetic(hosts_file))
    search_platform(name, inet, inet6, found);
  else
    search_file(name, inet, inet6, found);
  if (found->count > 0)
    return 0;
  if (!stp_etc_is_synthetic(servers_file))
    return ask_for_addresses(name, inet, inet6, found);
  search_platform(name, inet, inet6, found);
  return found->count > 0 ? 0 : found->name[0] ? NO_DATA : HOST_NOT_FOUND;
}

static void reverse_name(struct in6_addr address, char* text, size_t room) {
  const uint8_t* const byte = address.s6_addr;
  if (stp_address_is4(address)) {
    snprintf(text, room, "%u.%u.%u.%u.in-addr.arpa", byte[15], byte[14], byte[13], byte[12]);
    return;
  }
  char* end = text;
  for (int i = 15; i >= 0; i--)
    end += sprintf(end, "%x.%x.", byte[i] & 15u, byte[i] >> 4);
  strcpy(end, "ip6.arpa");
}

int stp_lookup_address(struct in6_addr address, struct stp_found* found) {
  char reverse[80];
  *found = (struct stp_found){.count = 1, .at = {address}};
  if (!stp_etc_is_synthetic(hosts_file))
    search_file_for(address, found);
  if (found->name[0])
    return 0;
  if (stp_etc_is_synthetic(hosts_file) || stp_etc_is_synthetic(servers_file)) {
    const char* const name = stp_resolve_address(address);
    if (name)
      set_name(found, name);
  }
  if (found->name[0])
    return 0;
  if (stp_etc_is_synthetic(servers_file))
    return HOST_NOT_FOUND;
  reverse_name(address, reverse, sizeof reverse);
  struct stp_found told = {0};
  const int error = ask(reverse, ns_t_ptr, false, &told);
  set_name(found, told.name);
  return error ? error : found->name[0] ? 0 : NO_DATA;
}
