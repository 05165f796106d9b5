/* Quantities with units, checked more strictly than SimGrid does: it ends with a backtrace. */
#include "units.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "net/quantity.h"
#include "trace/log.h"

double cli_parse_delay(const char* where, const char* text) {
  const double value = stp_quantity_delay(text);
  if (isnan(value))
    stp_fatal("%s: \"%s\" is not a delay: write a number and ns, us, ms, s, m or h, like 5ms",
              where, text);
  if (value < 0)
    stp_fatal("%s: \"%s\" is negative", where, text);
  return value;
}

double cli_parse_bandwidth(const char* where, const char* text) {
  const double value = stp_quantity_bandwidth(text);
  if (isnan(value))
    stp_fatal(
        "%s: \"%s\" is not a bandwidth: write a number and bps (bits per second) or Bps (bytes "
        "per second), like 100Mbps or 1GBps",
        where, text);
  if (value <= 0)
    stp_fatal("%s: \"%s\" is not positive", where, text);
  return value;
}

double cli_parse_probability(const char* where, const char* text) {
  const double value = stp_quantity_probability(text);
  if (isnan(value))
    stp_fatal("%s: \"%s\" is not a probability: a number from 0 to 1, or from 0%% to 100%%", where,
              text);
  return value;
}

double cli_parse_speed(const char* where, const char* text) {
  const double value = stp_quantity_speed(text);
  if (!(value > 0))
    stp_fatal("%s: \"%s\" is not a speed: write a number and Mf or Gf, like 2.5Gf", where, text);
  return value;
}

unsigned long long cli_parse_count(const char* where, const char* text, unsigned long long least,
                                   unsigned long long most) {
  char* end;
  errno = 0;
  const unsigned long long value = strtoull(text, &end, 10);
  if (errno != 0 || text[0] < '0' || text[0] > '9' || *end != '\0' || value < least || value > most)
    stp_fatal("%s: \"%s\" is not a whole number from %llu to %llu", where, text, least, most);
  return value;
}
