/* The counter goes like an invariant time stamp counter: at the nominal frequency of the processor
 * (a flop of the platform is one abstract cycle), driven by the same oscillator as the clocks, and
 * not changed by anything that programs do to these. */
#include "time/cycles.h"

#include "process/process.h"
#include "sync/scheduling.h"
#include "time/clock.h"

struct simterpose_cycles stp_cycles_read(void) {
  struct timespec time;
  stp_clock_read(CLOCK_MONOTONIC_RAW, &time);
  const double speed = stp_engine_host_speed(stp_me->host->engine);
  const uint64_t whole = (uint64_t)((double)time.tv_sec * speed);
  return (struct simterpose_cycles){whole + (uint64_t)((double)time.tv_nsec * 1e-9 * speed),
                                    (uint64_t)stp_processor_of(stp_self)};
}
