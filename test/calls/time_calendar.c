// CALLS: localtime localtime_r gmtime asctime ctime ctime_r mktime tzset strftime strftime_l
// CALLS: timezone daylight tzname
// RUN: %both
// The calendar, in UTC and elsewhere.
#define _GNU_SOURCE
#include <locale.h>
#include <stdlib.h>
#include <time.h>

#include "check.h"

static const time_t date = 1593604800; /* 2020-07-01 12:00:00 UTC */

static void test_utc(void) {
  CHECK_EQ(unsetenv("TZ"), 0);
  CHECK_EQ(setenv("TZ", "UTC0", 1), 0);
  tzset();
  CHECK_EQ(timezone, 0);
  CHECK_EQ(daylight, 0);
  CHECK(strcmp(tzname[0], "UTC") == 0);
  struct tm time, *result = localtime(&date);
  CHECK_EQ(result->tm_year, 120);
  CHECK_EQ(result->tm_mon, 6);
  CHECK_EQ(result->tm_hour, 12);
  CHECK_EQ(result->tm_wday, 3);
  CHECK_EQ(result->tm_yday, 182);
  CHECK(localtime_r(&date, &time) == &time);
  CHECK_EQ(mktime(&time), date);
  CHECK(gmtime(&date) == result); /* one result for both */
  CHECK(strcmp(asctime(result), "Wed Jul  1 12:00:00 2020\n") == 0);
  CHECK(strcmp(ctime(&date), "Wed Jul  1 12:00:00 2020\n") == 0);
  const time_t huge = 1LL << 60;
  errno = 0;
  CHECK(localtime(&huge) == NULL && errno == EOVERFLOW);
  CHECK(ctime(&huge) == NULL);
}

static void test_elsewhere(void) {
  char text[64];
  struct tm time;
  CHECK_EQ(setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1), 0);
  tzset();
  CHECK_EQ(timezone, -3600);
  CHECK_EQ(daylight, 1);
  CHECK(strcmp(tzname[0], "CET") == 0 && strcmp(tzname[1], "CEST") == 0);
  CHECK(localtime_r(&date, &time) == &time);
  CHECK_EQ(time.tm_hour, 14);
  CHECK_EQ(time.tm_isdst, 1);
  CHECK_EQ(time.tm_gmtoff, 7200);
  CHECK_EQ(mktime(&time), date);
  CHECK(strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %Z %s", &time) > 0);
  CHECK(strcmp(text, "2020-07-01 14:00:00 CEST 1593604800") == 0);
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  CHECK(strftime_l(text, sizeof text, "%a %b %z", &time, c) > 0);
  CHECK(strcmp(text, "Wed Jul +0200") == 0);
  freelocale(c);
  CHECK_EQ(strftime(text, 3, "%Y", &time), 0);
  char line[26];
  CHECK(ctime_r(&date, line) == line);
  CHECK(strcmp(line, "Wed Jul  1 14:00:00 2020\n") == 0);
  CHECK_EQ(gmtime(&date)->tm_hour, 12);
}

int main(void) {
  test_utc();
  test_elsewhere();
  test_utc();
  return 0;
}
