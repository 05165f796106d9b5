/* Quantities as SimGrid writes them: a number and a unit without a space ("5ms", "100Mbps"). */
#ifndef CLI_UNITS_H
#define CLI_UNITS_H

/* Parses a delay or a date, in seconds: w d h m s ms us ns ps; without unit, seconds. Anything that
 * is not a finite quantity >= 0 ends the program (status 2): "WHERE: 5 parsecs: ...". */
double cli_parse_delay(const char* where, const char* text);

/* Parses a bandwidth > 0, in bytes per second: bps or Bps after nothing, k M G T P or Ki Mi Gi Ti
 * Pi.
 */
double cli_parse_bandwidth(const char* where, const char* text);

/* Parses a probability: from 0 to 1, or from 0% to 100%. */
double cli_parse_probability(const char* where, const char* text);

/* Parses the speed of a host > 0, in flops per second: f after nothing, k M G T P. */
double cli_parse_speed(const char* where, const char* text);

enum { CLI_MOST_CORES = 1024 };

/* Parses a whole number. */
unsigned long long cli_parse_count(const char* where, const char* text, unsigned long long least,
                                   unsigned long long most);

#endif
