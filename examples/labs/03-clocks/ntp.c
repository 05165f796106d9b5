/* As NTP does it (RFC 5905), in small: four time stamps, the best of eight exchanges, and a clock
 * that is not set but made to run faster or slower.   ntp HOST:PORT INTERVAL ROUNDS
 *
 * Our clock, before it is corrected, is off by an offset and gains at a rate (drift); both are
 * estimated. */
#include "clock.h"

enum { SAMPLES = 8 };

/* Corrected time = read + offset + rate * (read - since). */
static double offset, rate, since;

static double corrected(double reading) { return reading + offset + rate * (reading - since); }

struct sample {
  double date, offset,
      delay; /* when; how much the server's clock is ahead of our raw one; the round trip */
};

/* The sample with the least delay, of eight exchanges in a second. */
static struct sample measure(int fd, const struct sockaddr_in* server) {
  struct sample best = {.delay = 1e9};
  for (int i = 0; i < SAMPLES; i++) {
    struct exchange e;
    if (!ask(fd, server, &e))
      continue;
    const double delay = (e.answered - e.asked) - (e.sent - e.received);
    if (delay < best.delay)
      best =
          (struct sample){e.answered, ((e.received - e.asked) + (e.sent - e.answered)) / 2, delay};
    pause_for(1.0 / SAMPLES);
  }
  return best;
}

int main(int argc, char** argv) {
  if (argc != 4)
    die("usage: ntp HOST:PORT INTERVAL ROUNDS");
  const struct sockaddr_in server = resolve(argv[1]);
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct sample first = {0};
  for (int round = 1; round <= atoi(argv[3]); round++) {
    const struct sample sample = measure(fd, &server);
    if (sample.delay == 1e9) {
      printf("round %d: no answer\n", round);
      continue;
    }
    const double error = corrected(sample.date) - (sample.date + sample.offset);
    printf("round %d: %+8.3f ms off; by now the raw clock is %+9.3f ms off, and gains %+.1f ppm\n",
           round, error * 1e3, -sample.offset * 1e3, 0 - rate * 1e6);
    /* The drift shows best over the longest time that we have. */
    if (first.delay == 0)
      first = sample;
    else
      rate = (sample.offset - first.offset) / (sample.date - first.date);
    offset = sample.offset;
    since = sample.date;
    pause_for(atof(argv[2]) - 1);
  }
  return 0;
}
