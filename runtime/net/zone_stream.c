/* The zone over TCP (RFC 7766): messages with their length before them, each answered at once. The
 * other end of the connection is a program's, this one has no socket. */
#include "net/dns.h"
#include "net/tcp_io.h"
#include "net/zone.h"
#include "process/process.h"

enum { LENGTH = 2, ROOM = 1024 };

static void write_bytes(struct stp_tcp_end* end, uint8_t* bytes, size_t size) {
  const struct iovec piece = {bytes, size};
  struct stp_cursor from = {&piece, 1, 0};
  stp_bytes_put(&end->bytes, &from, size);
  end->written += size;
}

/* Copies the first bytes that have come. */
static void look(const struct stp_tcp_end* end, uint8_t* bytes, size_t size) {
  const struct iovec piece = {bytes, size};
  struct stp_cursor to = {&piece, 1, 0};
  stp_bytes_copy(&end->peer->bytes, 0, &to, size);
}

static void answer(struct stp_tcp_end* end, size_t size) {
  uint8_t* const query = stp_alloc(LENGTH + size);
  uint8_t reply[LENGTH + ROOM];
  look(end, query, LENGTH + size);
  stp_bytes_drop(&end->peer->bytes, LENGTH + size);
  end->peer->read += LENGTH + size;
  const size_t length = stp_zone_answer(query + LENGTH, size, reply + LENGTH, ROOM);
  stp_free(query);
  if (length == 0)
    return;
  stp_dns_put((unsigned)length, reply);
  write_bytes(end, reply, LENGTH + length);
}

void stp_zone_read(struct stp_tcp_end* end) {
  bool any = false;
  while (stp_tcp_unread(end) >= LENGTH) {
    uint8_t length[LENGTH];
    look(end, length, LENGTH);
    const size_t size = stp_dns_get(length);
    if (stp_tcp_unread(end) < LENGTH + size)
      break;
    answer(end, size);
    any = true;
  }
  if (!any)
    return;
  stp_tcp_announce(end);
  stp_tcp_transmit(end);
}
