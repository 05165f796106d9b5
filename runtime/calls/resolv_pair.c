/* Answers to questions that have been asked along with others. */
#include "calls/resolv_pair.h"

#include <arpa/nameser.h>
#include <string.h>

#include "net/dns.h"
#include "process/hidden.h"

/* Where the type of the only question stands; 0: nowhere. */
static int type_at(const u_char* query, int size) {
  char name[NS_MAXDNAME];
  const int length = size > STP_DNS_HEADER
                         ? dn_expand(query, query + size, query + STP_DNS_HEADER, name, sizeof name)
                         : -1;
  return length < 0 || STP_DNS_HEADER + length + 4 > size ? 0 : STP_DNS_HEADER + length;
}

bool stp_res_pair_make(const struct stp_res_pair* pair, const u_char* query, int size,
                       u_char* other) {
  const int at = type_at(query, size);
  if (at == 0 || (int)stp_dns_get(query + at) == pair->type)
    return false;
  memcpy(other, query, (size_t)size);
  stp_dns_put((stp_dns_get(query) + 1) & 0xffff, other);
  stp_dns_put((unsigned)pair->type, other + at);
  return true;
}

void stp_res_pair_keep(struct stp_res_pair* pair, const u_char* query, int query_size,
                       const u_char* answer, int size) {
  struct stp_res_kept* const kept =
      stp_process_alloc(sizeof *kept + (size_t)query_size + (size_t)size);
  *kept = (struct stp_res_kept){.next = pair->kept, .query_size = query_size, .size = size};
  memcpy(kept->bytes, query, (size_t)query_size);
  memcpy(kept->bytes + query_size, answer, (size_t)size);
  pair->kept = kept;
}

int stp_res_pair_find(const struct stp_res_pair* pair, const u_char* query, int size,
                      u_char* answer, int room) {
  for (const struct stp_res_kept* one = pair->kept; one; one = one->next) {
    if (one->query_size != size || memcmp(one->bytes + 2, query + 2, (size_t)size - 2) != 0)
      continue;
    const int fitting = one->size < room ? one->size : room;
    memcpy(answer, one->bytes + one->query_size, (size_t)fitting);
    memcpy(answer, query, 2);
    return fitting;
  }
  return -1;
}

void stp_res_pair_free(struct stp_res_pair* pair) {
  while (pair->kept) {
    struct stp_res_kept* const kept = pair->kept;
    pair->kept = kept->next;
    stp_process_free(kept);
  }
}
