/* The table of trace/debug.h. */
#include "trace/debug.h"

#include <stddef.h>

#include "engine/engine.h"
#include "net/tcp.h"
#include "net/udp.h"
#include "process/family.h"
#include "process/late_parts.h"
#include "process/probe.h"
#include "process/process.h"
#include "process/program.h"
#include "process/stack.h"

#define FIELD(type, part)                                                                          \
  { #type "." #part, offsetof(struct type, part), sizeof(((struct type*)NULL)->part) }
#define WHOLE(type)                                                                                \
  { #type, 0, sizeof(struct type) }

static const struct stp_debug_field fields[] = {
    FIELD(stp_thread, process),
    FIELD(stp_thread, tid),
    FIELD(stp_thread, number),
    FIELD(stp_thread, call),
    FIELD(stp_thread, tls),
    FIELD(stp_thread, resume_sp),
    FIELD(stp_thread, kernel_sp),
    FIELD(stp_thread, parked),
    FIELD(stp_thread, name),
    FIELD(stp_thread, next),

    FIELD(stp_process, pid),
    FIELD(stp_process, number),
    FIELD(stp_process, parent),
    FIELD(stp_process, zombie),
    FIELD(stp_process, ending),
    FIELD(stp_process, stop_signal),
    FIELD(stp_process, host),
    FIELD(stp_process, program),
    FIELD(stp_process, region.base),
    FIELD(stp_process, region.stack_top),
    FIELD(stp_process, region.family),
    FIELD(stp_process, region),
    FIELD(stp_process, threads),
    FIELD(stp_process, label),
    FIELD(stp_process, late),
    FIELD(stp_process, next),
    FIELD(stp_family, in_place),
    FIELD(stp_family, members),

    WHOLE(stp_host),
    FIELD(stp_host, name),
    FIELD(stp_host, ipv4),
    FIELD(stp_host, on),

    FIELD(stp_program, path),
    FIELD(stp_program, modules),
    FIELD(stp_program, module_count),
    FIELD(stp_program, state),
    FIELD(stp_program, tls_align),
    FIELD(stp_program, late),
    FIELD(stp_program, next),
    WHOLE(stp_module),
    FIELD(stp_module, span),
    FIELD(stp_module, span_size),
    FIELD(stp_module, code),
    FIELD(stp_module, tls_size),
    FIELD(stp_module, tls_offset),
    FIELD(stp_late_library, module),
    FIELD(stp_late_library, next),
    FIELD(stp_late_image, library),
    FIELD(stp_late_image, copy),
    FIELD(stp_late_image, next),

    WHOLE(stp_tcp_end),
    FIELD(stp_tcp_connection, ends),
    FIELD(stp_tcp_connection, next),
    FIELD(stp_tcp_end, host),
    FIELD(stp_tcp_end, local),
    FIELD(stp_tcp_end, remote),
    FIELD(stp_tcp_end, read),
    FIELD(stp_tcp_end, arrived),
    FIELD(stp_tcp_end, departed),
    FIELD(stp_tcp_end, started),
    FIELD(stp_tcp_end, written),
    FIELD(stp_tcp_end, flow_date),
    FIELD(stp_tcp_end, segments.items),
    FIELD(stp_tcp_end, segments.capacity),
    FIELD(stp_tcp_end, segments.head),
    FIELD(stp_tcp_end, segments.count),
    WHOLE(stp_transit_item),
    FIELD(stp_transit_item, date),
    FIELD(stp_transit_item, offset),
    FIELD(stp_transit_item, kind),

    FIELD(stp_udp_lane, path),
    FIELD(stp_udp_lane, waiting),
    FIELD(stp_udp_lane, queued),
    FIELD(stp_udp_lane, sending),
    FIELD(stp_udp_lane, departed),
    FIELD(stp_udp_lane, next),
    FIELD(stp_path, from),
    FIELD(stp_path, to),
    FIELD(stp_datagram, next),
    FIELD(stp_datagram, from),
    FIELD(stp_datagram, to),
    FIELD(stp_datagram, date),
    FIELD(stp_datagram, size),
    {"stp_datagram.data", offsetof(struct stp_datagram, data), 0},
};

/* The hosts lie one after the other in an array, at distances that are no concern of others. */
static struct {
  const struct stp_host* first;
  size_t count, distance;
} hosts;

static char debug_stack[64 << 10] __attribute__((aligned(64)));

static const struct stp_debug_root roots[] = {
    {"self", &stp_self},
    {"processes", &stp_processes},
    {"programs", &stp_programs},
    {"hosts", &hosts},
    {"tcp_connections", &stp_tcp_connections},
    {"udp_lanes", &stp_udp_lanes},
    {"halt_date", &stp_engine_halt_date},
    {"debug_stack", debug_stack + sizeof debug_stack},
    /* Code: what touches memory of programs to find out whether it is there. */
    {"probe_read", (const void*)(uintptr_t)stp_probe_read},
    {"probe_failed", (const void*)(uintptr_t)stp_probe_failed},
};

#define VISIBLE __attribute__((visibility("default"), used))

VISIBLE struct stp_debug simterpose_debug = {
    .version = STP_DEBUG_VERSION,
    .field_count = sizeof fields / sizeof *fields,
    .root_count = sizeof roots / sizeof *roots,
    .fields = fields,
    .roots = roots,
};

VISIBLE __attribute__((noinline)) void simterpose_debug_loaded(void) {
  __asm__ volatile("" ::: "memory");
}

VISIBLE __attribute__((noinline)) void simterpose_debug_halted(void) {
  __asm__ volatile("" ::: "memory");
}

VISIBLE void simterpose_debug_place(struct stp_region* region) { stp_family_place(region); }

void stp_debug_halt(enum stp_debug_halt reason) {
  simterpose_debug.halt = reason;
  simterpose_debug_halted();
}

static void date_has_come(void) {
  simterpose_debug.date = stp_engine_now();
  stp_debug_halt(STP_DEBUG_UNTIL);
}

void stp_debug_start(void) {
  hosts.count = stp_host_count();
  hosts.first = stp_host_at(0);
  hosts.distance = hosts.count < 2 ? 0 : (size_t)((char*)stp_host_at(1) - (char*)stp_host_at(0));
  stp_engine_halt = date_has_come;
}
