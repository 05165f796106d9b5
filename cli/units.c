/* Quantities with units, checked more strictly than SimGrid does: it ends with a backtrace. */
#include "units.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "trace/log.h"

struct unit {
  const char* name;
  double factor;
};

/* The factor of a unit; 0 if the table does not have it. */
static double find_unit(const struct unit* units, const char* name) {
  for (const struct unit* unit = units; unit->name != NULL; unit++)
    if (strcmp(unit->name, name) == 0)
      return unit->factor;
  return 0;
}

/* The number, with its end in *unit. NAN unless it is a plain finite number. */
static double parse_number(const char* text, const char** unit) {
  *unit = text + strspn(text, "+-.0123456789");
  if (*unit == text)
    return NAN;
  char* end;
  const double value = strtod(text, &end);
  *unit = end;
  return end == text || !isfinite(value) ? NAN : value;
}

double cli_parse_delay(const char* where, const char* text) {
  static const struct unit units[] = {
      {"", 1},   {"s", 1},    {"ms", 1e-3}, {"us", 1e-6},     {"ns", 1e-9}, {"ps", 1e-12},
      {"m", 60}, {"h", 3600}, {"d", 86400}, {"w", 7 * 86400}, {NULL, 0},
  };
  const char* unit;
  const double value = parse_number(text, &unit);
  const double factor = find_unit(units, unit);
  if (isnan(value) || factor == 0)
    stp_fatal("%s: \"%s\" is not a delay: write a number and ns, us, ms, s, m or h, like 5ms",
              where, text);
  if (value < 0)
    stp_fatal("%s: \"%s\" is negative", where, text);
  return value * factor;
}

double cli_parse_bandwidth(const char* where, const char* text) {
  static const struct unit prefixes[] = {
      {"", 1},        {"k", 1e3},     {"M", 1e6},     {"G", 1e9},     {"T", 1e12},    {"P", 1e15},
      {"Ki", 0x1p10}, {"Mi", 0x1p20}, {"Gi", 0x1p30}, {"Ti", 0x1p40}, {"Pi", 0x1p50}, {NULL, 0},
  };
  const char* unit;
  const double value = parse_number(text, &unit);
  const size_t length = strlen(unit);
  double factor = 0;
  if (length >= 3 && length <= 5 && strcmp(unit + length - 2, "ps") == 0) {
    char prefix[3] = "";
    memcpy(prefix, unit, length - 3);
    const char base = unit[length - 3];
    factor = base == 'B' ? 1 : base == 'b' ? 1. / 8 : 0;
    factor *= find_unit(prefixes, prefix);
  }
  if (isnan(value) || factor == 0)
    stp_fatal(
        "%s: \"%s\" is not a bandwidth: write a number and bps (bits per second) or Bps (bytes "
        "per second), like 100Mbps or 1GBps",
        where, text);
  if (value <= 0)
    stp_fatal("%s: \"%s\" is not positive", where, text);
  return value * factor;
}
