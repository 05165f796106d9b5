/* What is charged to processes is their heaps (process/heap.h). */
#include "process/memory.h"

#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "process/heap.h"
#include "process/process.h"

uint64_t stp_memory_total(const struct stp_host* host) {
  const char* text = stp_engine_host_property(host->engine, "memory");
  if (!text)
    return (uint64_t)4 << 30;
  char* end;
  const double amount = strtod(text, &end);
  static const char units[] = "kMGT";
  const char* unit = *end ? strchr(units, *end == 'K' ? 'k' : *end) : NULL;
  double scale = 1;
  for (const char* u = units; unit && u <= unit; u++)
    scale *= 1024;
  return (uint64_t)(amount * scale);
}

uint64_t stp_memory_free(const struct stp_host* host) {
  const uint64_t total = stp_memory_total(host);
  uint64_t used = 0;
  for (const struct stp_process* p = host->processes; p; p = p->next_on_host)
    used += stp_memory_pages(p) * STP_PAGE;
  return used < total ? total - used : 0;
}

size_t stp_memory_pages(const struct stp_process* process) {
  if (process->ending)
    return 0;
  const struct stp_heap* const heap = stp_region_alias(&process->region, process->heap);
  return (stp_heap_in_use(heap) + STP_PAGE - 1) / STP_PAGE;
}
