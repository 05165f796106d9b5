/* Two questions about one name, as getaddrinfo asks for addresses of both families: the second is
 * sent along with the first, and its answer kept until it is asked for. In a state that is
 * the runtime's own. */
#ifndef STP_RESOLV_PAIR_H
#define STP_RESOLV_PAIR_H

#include <resolv.h>
#include <stdbool.h>
#include <string.h>

/* An answer to the other question, with that question. The process's memory. */
struct stp_res_kept {
  struct stp_res_kept* next;
  int query_size, size;
  u_char bytes[]; /* the question's message, the answer's */
};

struct stp_res_pair {
  int type; /* of the other question */
  struct stp_res_kept* kept;
};

/* Where libc has an index of its own, which our states do not use. */
static inline struct stp_res_pair* stp_res_pair_of(res_state state) {
  struct stp_res_pair* pair;
  memcpy(&pair, state->_u._ext.__glibc_reserved, sizeof pair);
  return pair;
}

static inline void stp_res_pair_set(res_state state, struct stp_res_pair* pair) {
  memcpy(state->_u._ext.__glibc_reserved, &pair, sizeof pair);
}

/* The other question: the size is the same. False: there is none, or this is it. */
bool stp_res_pair_make(const struct stp_res_pair* pair, const u_char* query, int size,
                       u_char* other);

/* Keeps an answer; gives the one to a question, whose number it gets, or -1. */
void stp_res_pair_keep(struct stp_res_pair* pair, const u_char* query, int query_size,
                       const u_char* answer, int size);
int stp_res_pair_find(const struct stp_res_pair* pair, const u_char* query, int size,
                      u_char* answer, int room);
void stp_res_pair_free(struct stp_res_pair* pair);

#endif
