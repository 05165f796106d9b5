/* Numbers of two bytes in messages of DNS (RFC 1035). */
#ifndef STP_DNS_H
#define STP_DNS_H

#include <stdint.h>

enum { STP_DNS_HEADER = 12 };

static inline unsigned stp_dns_get(const uint8_t* from) { return (unsigned)from[0] << 8 | from[1]; }

static inline void stp_dns_put(unsigned value, uint8_t* to) {
  to[0] = (uint8_t)(value >> 8);
  to[1] = (uint8_t)value;
}

#endif
