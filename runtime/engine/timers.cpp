/* Timers: a binary heap of ours, with one SimGrid timer for the first of it. SimGrid's own heap
 * does not keep the order of timers with equal dates, and two messages that arrive at the same date
 * must arrive in the order in which they were sent. */
#include "engine/engine.h"

#include "engine/internal.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

struct stp_timer {
  double date;
  uint64_t number; /* in order of creation; of a loose one any that was */
  void (*callback)(void*);
  void* argument;
  size_t place; /* in the heap */
};

namespace {

using simgrid::kernel::timer::Timer;

std::vector<stp_timer*> heap; /* each before its children 2 i + 1 and 2 i + 2 */
std::vector<stp_timer*> unused;
Timer* alarm = nullptr; /* SimGrid's, at alarm_date; null: none */
double alarm_date;
bool serving = false;

bool before(stp_timer const* a, stp_timer const* b) {
  return a->date != b->date ? a->date < b->date : a->number < b->number;
}

void put(stp_timer* timer, size_t place) {
  heap[place] = timer;
  timer->place = place;
}

void rise(stp_timer* timer, size_t place) {
  while (place > 0 and before(timer, heap[(place - 1) / 2])) {
    put(heap[(place - 1) / 2], place);
    place = (place - 1) / 2;
  }
  put(timer, place);
}

void sink(stp_timer* timer, size_t place) {
  for (size_t child; (child = 2 * place + 1) < heap.size(); place = child) {
    if (child + 1 < heap.size() and before(heap[child + 1], heap[child]))
      child++;
    if (not before(heap[child], timer))
      break;
    put(heap[child], place);
  }
  put(timer, place);
}

void take_out(stp_timer* timer) {
  size_t const place = timer->place;
  stp_timer* const last = heap.back();
  heap.pop_back();
  if (last == timer)
    return;
  if (place > 0 and before(last, heap[(place - 1) / 2]))
    rise(last, place);
  else
    sink(last, place);
}

void serve();

/* Lets SimGrid's timer go off when the first of ours is due. */
void set_alarm() {
  if (serving or (alarm and not heap.empty() and alarm_date == heap.front()->date))
    return;
  if (alarm)
    alarm->remove();
  alarm = nullptr;
  if (heap.empty())
    return;
  alarm_date = std::max(heap.front()->date, stp_engine_now()); // SimGrid takes no past dates
  alarm = Timer::set(alarm_date, serve);
}

void serve() {
  alarm = nullptr;
  serving = true;
  while (not heap.empty() and heap.front()->date <= alarm_date) {
    stp_timer* const timer = heap.front();
    stp_timer const due = *timer;
    take_out(timer);
    unused.push_back(timer);
    stp_engine_events++;
    due.callback(due.argument);
  }
  serving = false;
  set_alarm();
}

} // namespace

bool stp_engine_idle(size_t ignored) { return heap.size() <= ignored and not stp::flows_exist(); }

static uint64_t created = 0;

static stp_timer* create(double date, uint64_t number, void (*callback)(void*), void* argument) {
  stp_thread* const thread = stp_self;
  stp_self = nullptr;
  stp_timer* timer;
  if (unused.empty()) {
    timer = new stp_timer;
  } else {
    timer = unused.back();
    unused.pop_back();
  }
  *timer = {date, number, callback, argument, 0};
  heap.push_back(timer);
  rise(timer, heap.size() - 1);
  set_alarm();
  stp_self = thread;
  return timer;
}

stp_timer* stp_engine_timer(double date, void (*callback)(void*), void* argument) {
  return create(date, created++, callback, argument);
}

stp_timer* stp_engine_timer_loose(double date, void (*callback)(void*), void* argument) {
  uint64_t const any = stp_engine_any(), last = created++;
  return create(date, any % 2 == 0 ? last : (any >> 1) % (last + 1), callback, argument);
}

void stp_engine_timer_cancel(stp_timer* timer) {
  stp_thread* const thread = stp_self;
  stp_self = nullptr;
  take_out(timer);
  unused.push_back(timer);
  set_alarm();
  stp_self = thread;
}
