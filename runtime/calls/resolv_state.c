/* resolv.h: the state of the resolver, as /etc/resolv.conf and the environment have it
 * (resolv.conf(5)). What it points to lies in the heap of the process. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "calls/adapter.h"
#include "calls/etc_files.h"
#include "process/hidden.h"
#include "process/random.h"

res_state simterpose___res_state(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct __res_state));
}

int* simterpose___h_errno_location(void) { return &stp_self->host_error; }

unsigned simterpose___res_randomid(void) { return (unsigned)stp_random_next() & 0xffff; }

/* ---- one line of the file ---- */

static const char* const blanks = " \t";

static void add_server(res_state state, const char* text) {
  const int index = state->nscount;
  struct in_addr inet;
  struct in6_addr inet6;
  if (index == MAXNS)
    return;
  if (inet_aton(text, &inet)) {
    state->nsaddr_list[index] = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(NAMESERVER_PORT), .sin_addr = inet};
  } else if (inet_pton(AF_INET6, text, &inet6) == 1) {
    struct sockaddr_in6* const server = stp_process_alloc(sizeof *server);
    *server = (struct sockaddr_in6){
        .sin6_family = AF_INET6, .sin6_port = htons(NAMESERVER_PORT), .sin6_addr = inet6};
    state->_u._ext.nsaddrs[index] = server;
    state->nsaddr_list[index].sin_family = 0;
  } else {
    return;
  }
  state->nscount++;
}

/* The words of a search list, in defdname. */
static void set_search(res_state state, const char* text) {
  char* next = state->defdname;
  int count = 0;
  memset(state->dnsrch, 0, sizeof state->dnsrch);
  strncpy(state->defdname, text, sizeof state->defdname - 1);
  for (char* word; count < MAXDNSRCH && (word = strsep(&next, " \t\n"));)
    if (*word)
      state->dnsrch[count++] = word;
}

/* "timeout:3": the number after the name, at most `most`; false if it is another option. */
static bool number_of(const char* option, const char* name, int most, int* number) {
  const size_t length = strlen(name);
  if (strncmp(option, name, length) != 0)
    return false;
  const int value = atoi(option + length);
  *number = value < most ? value : most;
  return true;
}

static void set_option(res_state state, const char* option) {
  static const struct {
    const char* name;
    unsigned long flag;
  } flags[] = {{"rotate", RES_ROTATE},
               {"edns0", RES_USE_EDNS0},
               {"single-request", RES_SNGLKUP},
               {"single-request-reopen", RES_SNGLKUPREOP},
               {"no-tld-query", RES_NOTLDQUERY},
               {"no-reload", RES_NORELOAD},
               {"use-vc", RES_USEVC},
               {"trust-ad", RES_TRUSTAD},
               {"no-aaaa", RES_NOAAAA}};
  int number;
  if (number_of(option, "ndots:", RES_MAXNDOTS, &number))
    state->ndots = (unsigned)number & 15;
  else if (number_of(option, "timeout:", RES_MAXRETRANS, &number))
    state->retrans = number;
  else if (number_of(option, "attempts:", RES_MAXRETRY, &number))
    state->retry = number;
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
    if (strcmp(option, flags[i].name) == 0)
      state->options |= flags[i].flag;
}

static void set_options(res_state state, char* text) {
  for (char* word; (word = strsep(&text, blanks));)
    set_option(state, word);
}

static void read_line(res_state state, char* line) {
  char* rest = line + strcspn(line, blanks);
  if (*rest)
    *rest++ = '\0';
  rest += strspn(rest, blanks);
  if (strcmp(line, "nameserver") == 0) {
    rest[strcspn(rest, blanks)] = '\0';
    add_server(state, rest);
  } else if (strcmp(line, "domain") == 0) {
    rest[strcspn(rest, blanks)] = '\0';
    set_search(state, rest);
  } else if (strcmp(line, "search") == 0) {
    set_search(state, rest);
  } else if (strcmp(line, "options") == 0) {
    set_options(state, rest);
  }
}

static void read_environment(res_state state) {
  const char *const domain = simterpose_getenv("LOCALDOMAIN"), *const options =
                                                                   simterpose_getenv("RES_OPTIONS");
  if (domain)
    set_search(state, domain);
  if (options) {
    char* const copy = stp_process_strdup(options);
    set_options(state, copy);
    stp_process_free(copy);
  }
}

/* ---- the calls ---- */

int simterpose___res_ninit(res_state state) {
  STP_CALL();
  memset(state, 0, sizeof *state);
  state->retrans = RES_TIMEOUT;
  state->retry = RES_DFLRETRY;
  state->ndots = 1;
  state->options = RES_DEFAULT;
  state->id = (unsigned short)simterpose___res_randomid();
  char* const text = stp_etc_read("/etc/resolv.conf");
  char* next = text;
  for (char* line; (line = strsep(&next, "\n"));)
    if (*line != '#' && *line != ';')
      read_line(state, line);
  stp_process_free(text);
  if (state->nscount == 0)
    add_server(state, "127.0.0.1");
  read_environment(state);
  state->options |= RES_INIT;
  return 0;
}

void simterpose___res_nclose(res_state state) {
  for (int i = 0; i < MAXNS; i++) {
    stp_process_free(state->_u._ext.nsaddrs[i]);
    state->_u._ext.nsaddrs[i] = NULL;
  }
  state->options &= ~(unsigned long)RES_INIT;
}

/* What the program has set before stays: its options count for the first time only. */
int simterpose___res_init(void) {
  const res_state state = simterpose___res_state();
  const struct __res_state before = *state;
  if (before.options & RES_INIT)
    simterpose___res_nclose(state);
  simterpose___res_ninit(state);
  if (before.options)
    state->options = before.options | RES_INIT;
  if (before.retrans)
    state->retrans = before.retrans;
  if (before.retry)
    state->retry = before.retry;
  return 0;
}
