/* time.h: calendar. libc computes; the zone and the static results are the process's own. */
#include "calls/adapter.h"
#include "process/hidden.h"
#include "time/zone.h"

/* The results that are overwritten by the next call, as shared between functions in libc. */
struct results {
  struct tm broken_down;
  char text[64];
};

static struct results* results(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct results));
}

void simterpose_tzset(void) { stp_zone_select(); }

struct tm* simterpose_localtime_r(const time_t* time, struct tm* result) {
  stp_zone_select();
  return localtime_r(time, result);
}

struct tm* simterpose_localtime(const time_t* time) {
  return simterpose_localtime_r(time, &results()->broken_down);
}

struct tm* simterpose_gmtime(const time_t* time) {
  return gmtime_r(time, &results()->broken_down);
}

char* simterpose_asctime(const struct tm* time) { return asctime_r(time, results()->text); }

char* simterpose_ctime_r(const time_t* time, char* text) {
  struct tm broken_down;
  return simterpose_localtime_r(time, &broken_down) == NULL ? NULL : asctime_r(&broken_down, text);
}

char* simterpose_ctime(const time_t* time) {
  const struct tm* const broken_down = simterpose_localtime(time);
  return broken_down == NULL ? NULL : simterpose_asctime(broken_down);
}

time_t simterpose_mktime(struct tm* time) {
  stp_zone_select();
  return mktime(time);
}

#pragma GCC diagnostic ignored "-Wformat-nonliteral"

size_t simterpose_strftime(char* text, size_t size, const char* format, const struct tm* time) {
  stp_zone_select();
  return strftime(text, size, format, time);
}

size_t simterpose_strftime_l(char* text, size_t size, const char* format, const struct tm* time,
                             locale_t locale) {
  stp_zone_select();
  return strftime_l(text, size, format, time, locale);
}
