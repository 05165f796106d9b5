/* `simterpose run --trace`: the run as a timeline for Perfetto (ui.perfetto.dev) and Chrome
 * (chrome://tracing), in Chrome's JSON format: hosts are its processes, threads its threads, each
 * with slices for what it waits for and works; messages are arrows between the hosts' tracks
 * "network"; faults, losses and lines of output are instants. */
#ifndef STP_TIMELINE_H
#define STP_TIMELINE_H

/* Before the run: writes it to `path`, as things happen. */
void stp_timeline_start(const char* path);

#endif
