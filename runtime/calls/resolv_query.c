/* resolv.h: making queries, and asking for names with the search list (resolver(3)). */
#include <arpa/nameser.h>
#include <stdio.h>
#include <string.h>

#include "calls/adapter.h"
#include "net/dns.h"

enum { OPTION_SIZE = 11, QUERY_ROOM = NS_PACKETSZ };

static res_state own(void) {
  const res_state state = simterpose___res_state();
  if (!(state->options & RES_INIT))
    simterpose___res_init();
  return state;
}

static int failed(res_state state, int error) {
  state->res_h_errno = error;
  *simterpose___h_errno_location() = error;
  return -1;
}

/* ---- queries ---- */

int simterpose_res_nmkquery(res_state state, int operation, const char* name, int class, int type,
                            const u_char* data, int data_size, const u_char* unused, u_char* query,
                            int room) {
  (void)data, (void)data_size, (void)unused;
  if (!query || room < STP_DNS_HEADER || class < 0 || class > 65535 || type < 0 || type > 65535)
    return -1;
  if (operation != ns_o_query && operation != ns_o_notify)
    return -1;
  state->id = (unsigned short)simterpose___res_randomid();
  memset(query, 0, STP_DNS_HEADER);
  stp_dns_put(state->id, query);
  query[2] = (u_char)(operation << 3 | (state->options & RES_RECURSE ? 1 : 0));
  query[3] = state->options & RES_TRUSTAD ? 0x20 : 0;
  stp_dns_put(1, query + 4);
  const int length = dn_comp(name, query + STP_DNS_HEADER, room - STP_DNS_HEADER - 4, NULL, NULL);
  if (length < 0)
    return -1;
  stp_dns_put((unsigned)type, query + STP_DNS_HEADER + length);
  stp_dns_put((unsigned)class, query + STP_DNS_HEADER + length + 2);
  return STP_DNS_HEADER + length + 4;
}

int simterpose_res_mkquery(int operation, const char* name, int class, int type, const u_char* data,
                           int data_size, const u_char* unused, u_char* query, int room) {
  return simterpose_res_nmkquery(own(), operation, name, class, type, data, data_size, unused,
                                 query, room);
}

/* EDNS (RFC 6891): how much of an answer there is room for. */
static int add_option(u_char* query, int size, int room) {
  const unsigned most = room < 512 ? 512 : room > 1200 ? 1200 : (unsigned)room;
  u_char* const option = query + size;
  memset(option, 0, OPTION_SIZE);
  stp_dns_put(ns_t_opt, option + 1);
  stp_dns_put(most, option + 3);
  stp_dns_put(1, query + 10);
  return size + OPTION_SIZE;
}

int simterpose_res_nquery(res_state state, const char* name, int class, int type, u_char* answer,
                          int room) {
  STP_CALL();
  u_char query[QUERY_ROOM];
  int size = simterpose_res_nmkquery(state, ns_o_query, name, class, type, NULL, 0, NULL, query,
                                     sizeof query - OPTION_SIZE);
  if (size < 0)
    return failed(state, NO_RECOVERY);
  if (state->options & RES_USE_EDNS0)
    size = add_option(query, size, room);
  const int got = simterpose_res_nsend(state, query, size, answer, room);
  if (got < 0)
    return failed(state, TRY_AGAIN);
  const int code = answer[3] & 15;
  if (code == ns_r_noerror && stp_dns_get(answer + 6) > 0)
    return got;
  return failed(state, code == ns_r_nxdomain   ? HOST_NOT_FOUND
                       : code == ns_r_servfail ? TRY_AGAIN
                       : code == ns_r_noerror  ? NO_DATA
                                               : NO_RECOVERY);
}

int simterpose_res_query(const char* name, int class, int type, u_char* answer, int room) {
  return simterpose_res_nquery(own(), name, class, type, answer, room);
}

/* ---- names that may lack their domain ---- */

int simterpose_res_nquerydomain(res_state state, const char* name, const char* domain, int class,
                                int type, u_char* answer, int room) {
  char whole[NS_MAXDNAME];
  const size_t length = strlen(name);
  if (!domain && length > 0 && name[length - 1] == '.' && length < sizeof whole) {
    snprintf(whole, sizeof whole, "%.*s", (int)length - 1, name);
    name = whole;
  } else if (domain) {
    if (length + strlen(domain) + 1 >= sizeof whole)
      return failed(state, NO_RECOVERY);
    strcpy(stpcpy(stpcpy(whole, name), "."), domain);
    name = whole;
  }
  return simterpose_res_nquery(state, name, class, type, answer, room);
}

int simterpose_res_querydomain(const char* name, const char* domain, int class, int type,
                               u_char* answer, int room) {
  return simterpose_res_nquerydomain(own(), name, domain, class, type, answer, room);
}

static unsigned dots_in(const char* name) {
  unsigned dots = 0;
  for (; *name; name++)
    dots += *name == '.';
  return dots;
}

/* Whether the search goes on after this one has failed. */
static bool goes_on(int error, const u_char* answer) {
  return error == NO_DATA || error == HOST_NOT_FOUND ||
         (error == TRY_AGAIN && (answer[3] & 15) == ns_r_servfail);
}

int simterpose_res_nsearch(res_state state, const char* name, int class, int type, u_char* answer,
                           int room) {
  STP_CALL();
  const size_t length = strlen(name);
  const bool whole = length > 0 && name[length - 1] == '.';
  const unsigned dots = dots_in(name);
  bool tried = false, no_data = false, again = false;
  int got, kept = -1;
  failed(state, HOST_NOT_FOUND);
  errno = 0;
  if (dots >= state->ndots || whole) {
    got = simterpose_res_nquerydomain(state, name, NULL, class, type, answer, room);
    if (got > 0 || whole)
      return got;
    kept = state->res_h_errno;
    tried = true;
  }
  const bool searched = dots > 0 ? state->options & RES_DNSRCH : state->options & RES_DEFNAMES;
  for (int i = 0; searched && !whole && i < MAXDNSRCH && state->dnsrch[i]; i++) {
    const char* const domain = strcmp(state->dnsrch[i], ".") == 0 ? NULL : state->dnsrch[i];
    tried |= !domain;
    got = simterpose_res_nquerydomain(state, name, domain, class, type, answer, room);
    if (got > 0)
      return got;
    if (errno == ECONNREFUSED)
      return failed(state, TRY_AGAIN);
    no_data |= state->res_h_errno == NO_DATA;
    again |= state->res_h_errno == TRY_AGAIN;
    if (!goes_on(state->res_h_errno, answer) || !(state->options & RES_DNSRCH))
      break;
  }
  if (!tried && (dots > 0 || !searched || !(state->options & RES_NOTLDQUERY))) {
    got = simterpose_res_nquerydomain(state, name, NULL, class, type, answer, room);
    if (got > 0)
      return got;
  }
  if (kept >= 0)
    return failed(state, kept);
  if (no_data || again)
    return failed(state, no_data ? NO_DATA : TRY_AGAIN);
  return -1;
}

int simterpose_res_search(const char* name, int class, int type, u_char* answer, int room) {
  return simterpose_res_nsearch(own(), name, class, type, answer, room);
}
