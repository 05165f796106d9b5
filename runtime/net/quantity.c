/* Numbers and their units. */
#include "net/quantity.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct unit {
  const char* name;
  double factor;
};

static const struct unit prefixes[] = {
    {"", 1},        {"k", 1e3},     {"M", 1e6},     {"G", 1e9},     {"T", 1e12},    {"P", 1e15},
    {"Ki", 0x1p10}, {"Mi", 0x1p20}, {"Gi", 0x1p30}, {"Ti", 0x1p40}, {"Pi", 0x1p50}, {NULL, 0},
};

/* The factor of a unit; NAN if the table does not have it. */
static double find_unit(const struct unit* units, const char* name) {
  for (const struct unit* unit = units; unit->name != NULL; unit++)
    if (strcmp(unit->name, name) == 0)
      return unit->factor;
  return NAN;
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

/* The factor of a prefix before a unit of so many bytes. */
static double find_prefix(const char* text, size_t unit) {
  const size_t length = strlen(text) - unit;
  char prefix[3] = "";
  if (length >= sizeof prefix)
    return NAN;
  memcpy(prefix, text, length);
  return find_unit(prefixes, prefix);
}

double stp_quantity_delay(const char* text) {
  static const struct unit units[] = {
      {"", 1},   {"s", 1},    {"ms", 1e-3}, {"us", 1e-6},     {"ns", 1e-9}, {"ps", 1e-12},
      {"m", 60}, {"h", 3600}, {"d", 86400}, {"w", 7 * 86400}, {NULL, 0},
  };
  const char* unit;
  const double value = parse_number(text, &unit);
  return value * find_unit(units, unit);
}

double stp_quantity_bandwidth(const char* text) {
  const char* unit;
  const double value = parse_number(text, &unit);
  const size_t length = strlen(unit);
  if (length < 3 || strcmp(unit + length - 2, "ps") != 0)
    return NAN;
  const char base = unit[length - 3];
  return value * (base == 'B' ? 1 : base == 'b' ? 1. / 8 : NAN) * find_prefix(unit, 3);
}

double stp_quantity_speed(const char* text) {
  const char* unit;
  const double value = parse_number(text, &unit);
  const size_t length = strlen(unit);
  return length < 1 || unit[length - 1] != 'f' ? NAN : value * find_prefix(unit, 1);
}

double stp_quantity_probability(const char* text) {
  const char* unit;
  double value = parse_number(text, &unit);
  if (strcmp(unit, "%") == 0)
    value /= 100;
  else if (*unit != '\0')
    return NAN;
  return value >= 0 && value <= 1 ? value : NAN;
}

double stp_quantity_size(const char* text, int* bytes) {
  const char* unit;
  const double value = parse_number(text, &unit);
  const size_t length = strlen(unit);
  *bytes = length > 0;
  const double size = length == 0               ? value
                      : unit[length - 1] == 'B' ? value * find_prefix(unit, 1)
                                                : NAN;
  return size >= 0 && size == floor(size) ? size : NAN;
}
