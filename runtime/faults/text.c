/* Faults in words. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/engine.h"
#include "faults/fault.h"
#include "net/link.h"
#include "process/process.h"

enum { SIZE = 512, NAMES = 3 };

struct text {
  char* at;
  size_t left;
};

__attribute__((format(printf, 2, 3))) static void add(struct text* text, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(text->at, text->left, format, arguments);
  va_end(arguments);
  const size_t used = (size_t)length < text->left ? (size_t)length : text->left - 1;
  text->at += used;
  text->left -= used;
}

static void add_name(struct text* text, const char* name, size_t index, size_t count) {
  if (index < NAMES)
    add(text, "%s%s", index == 0 ? "" : ", ", name);
  else if (index == NAMES)
    add(text, " and %zu more", count - NAMES);
}

static void add_hosts(struct text* text, const struct stp_fault_hosts* hosts) {
  for (size_t i = 0; i < hosts->count; i++)
    add_name(text, hosts->hosts[i]->name, i, hosts->count);
}

const char* stp_fault_subject(const struct stp_fault_case* it) {
  static char buffer[SIZE];
  struct text text = {buffer, sizeof buffer};
  const struct stp_fault* const fault = it->fault;
  const size_t groups = fault->request->group_count;
  buffer[0] = '\0';
  if (it->group_of == NULL && it->links.count > 0 && groups == 0) {
    for (size_t i = 0; i < it->links.count; i++)
      add_name(&text, stp_engine_link_name(it->links.links[i]->engine), i, it->links.count);
    return buffer;
  }
  add_hosts(&text, &it->hosts);
  for (size_t i = 1; i < groups; i++) {
    add(&text, fault->request->one_way ? " > " : " | ");
    add_hosts(&text, &fault->groups[i]);
  }
  if (groups == 0)
    add(&text, "all");
  return buffer;
}

/* ---- what it is like ---- */

static void add_number(struct text* text, const char* name, const struct stp_fault_number* number) {
  static const char* const forms[] = {"", " %g", " x%g", " %+g"};
  if (number->change == STP_FAULT_KEEP)
    return;
  add(text, ", %s", name);
  add(text, forms[number->change], number->value);
}

static void add_details(struct text* text, const struct stp_run_fault* request) {
  const struct stp_fault_quality* const quality = &request->quality;
  switch (request->kind) {
  case STP_FAULT_KILL:
    add(text, ", signal %s", request->signal == 0 ? "KILL" : sigabbrev_np(request->signal));
    if (request->program != NULL)
      add(text, " to %s", request->program);
    break;
  case STP_FAULT_CLOCK_JUMP:
    add(text, ", %+g s", request->value);
    break;
  case STP_FAULT_CLOCK_DRIFT:
    add(text, ", %+g ppm", request->value);
    break;
  case STP_FAULT_DEGRADE:
    add_number(text, "bandwidth", &quality->bandwidth);
    add_number(text, "latency", &quality->latency);
    add_number(text, "loss", &quality->loss);
    add_number(text, "duplicate", &quality->duplicate);
    add_number(text, "jitter", &quality->jitter);
    add_number(text, "reorder", &quality->reorder);
    break;
  default:
    break;
  }
}

const char* stp_fault_text(const struct stp_fault_case* it) {
  static char buffer[2 * SIZE];
  struct text text = {buffer, sizeof buffer};
  add(&text, "%s", stp_fault_subject(it));
  add_details(&text, it->fault->request);
  return buffer;
}
