/* Properties of links, and what is random about them. No function of libm here: its last digits
 * differ between machines. */
#include "net/link.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "engine/engine.h"
#include "net/hash.h"
#include "net/quantity.h"
#include "process/random.h"
#include "trace/log.h"

/* What ns-3 gives a device, and much the same as what routers have. */
enum { QUEUE_PACKETS = 100 };

struct entry {
  struct stp_link link;
  UT_hash_handle hh;
};

static struct entry* entries;

struct stp_link* stp_link_of(struct stp_engine_link* engine) {
  struct entry* entry;
  HASH_FIND_PTR(entries, &engine, entry);
  if (!entry) {
    entry = stp_alloc(sizeof *entry);
    entry->link = (struct stp_link){.engine = engine, .queue_limit = QUEUE_PACKETS};
    HASH_ADD_PTR(entries, link.engine, entry);
  }
  return &entry->link;
}

/* ---- reading ---- */

static const char* platform;

_Noreturn static void bad(const struct stp_link* link, const char* property, const char* value,
                          const char* wanted) {
  stp_fatal("%s: link %s: its property %s=\"%s\" is not %s", platform,
            stp_engine_link_name(link->engine), property, value, wanted);
}

static void read_loss(struct stp_link* link, const char* value) {
  link->loss = stp_quantity_probability(value);
  if (isnan(link->loss))
    bad(link, "loss", value, "a probability: a number from 0 to 1, or from 0% to 100%");
}

static void read_jitter(struct stp_link* link, const char* value) {
  link->jitter = stp_quantity_delay(value);
  if (!(link->jitter >= 0))
    bad(link, "jitter", value, "a delay like 2ms");
}

static void read_distribution(struct stp_link* link, const char* value) {
  static const char* const names[] = {"uniform", "normal", "pareto", "paretonormal"};
  for (int i = 0; i < 4; i++)
    if (strcmp(value, names[i]) == 0) {
      link->distribution = (enum stp_jitter)i;
      return;
    }
  bad(link, "jitter_distribution", value, "uniform, normal, pareto or paretonormal");
}

static void read_duplicate(struct stp_link* link, const char* value) {
  link->duplicate = stp_quantity_probability(value);
  if (isnan(link->duplicate))
    bad(link, "duplicate", value, "a probability: a number from 0 to 1, or from 0% to 100%");
}

static void read_reorder(struct stp_link* link, const char* value) {
  link->reorder = strcmp(value, "yes") == 0;
  if (!link->reorder && strcmp(value, "no") != 0)
    bad(link, "reorder", value, "yes or no");
}

static void read_queue(struct stp_link* link, const char* value) {
  int bytes;
  link->queue_limit = stp_quantity_size(value, &bytes);
  link->queue_bytes = bytes != 0;
  if (isnan(link->queue_limit))
    bad(link, "queue", value, "a number of packets like 100 or of bytes like 64KiB");
}

void stp_links_start(const char* file) {
  static const struct {
    const char* name;
    void (*read)(struct stp_link* link, const char* value);
  } properties[] = {
      {"loss", read_loss},
      {"jitter", read_jitter},
      {"jitter_distribution", read_distribution},
      {"duplicate", read_duplicate},
      {"reorder", read_reorder},
      {"queue", read_queue},
  };
  platform = file;
  for (size_t i = 0; i < stp_engine_link_count(); i++) {
    struct stp_engine_link* const link = stp_engine_link_at(i);
    for (size_t k = 0; k < sizeof properties / sizeof *properties; k++) {
      const char* const value = stp_engine_link_property(link, properties[k].name);
      if (value)
        properties[k].read(stp_link_of(link), value);
    }
  }
}

/* ---- jitter ---- */

static const double most = 4; /* netem's tables end there */

/* The sum of twelve uniform numbers (Irwin and Hall), each of 16 bits. */
static double draw_normal(struct stp_random* random) {
  unsigned sum = 0;
  for (int i = 0; i < 3; i++)
    for (uint64_t bits = stp_random_draw(random), k = 0; k < 4; k++, bits >>= 16)
      sum += bits & 0xffff;
  const double x = (sum + 6) * 0x1p-16 - 6;
  return fmin(fmax(x, -most), most);
}

/* pareto.c of iproute2: exponent 3, shifted and scaled. */
static double draw_pareto(struct stp_random* random) {
  const double u = stp_random_draw_unit(random), scale = 4. / 3, shift = 1.5;
  const double largest = most / scale + shift;
  if (u * largest * largest * largest <= 1)
    return most;
  double x = 1; /* becomes 1 / cbrt(u), by Newton's method */
  for (int i = 0; i < 16; i++)
    x *= (4 - u * x * x * x) / 3;
  return (x - shift) * scale;
}

double stp_link_deviation(const struct stp_link* link, struct stp_random* random) {
  if (link->jitter == 0)
    return 0;
  switch (link->distribution) {
  case STP_JITTER_UNIFORM:
    return link->jitter * (2 * stp_random_draw_unit(random) - 1);
  case STP_JITTER_NORMAL:
    return link->jitter * draw_normal(random);
  case STP_JITTER_PARETO:
    return link->jitter * draw_pareto(random);
  case STP_JITTER_PARETONORMAL:
    return link->jitter * (draw_normal(random) + 3 * draw_pareto(random)) / 4;
  }
  return 0;
}
