/* The only door to SimGrid: actors, the clock, timers, host-to-host flows, executions and the
 * platform.
 *
 * Two contexts exist. An actor runs code of a virtual thread; maestro runs everything between them:
 * the simulator, timer and flow callbacks, deferred work. Every function below says where it may be
 * called. Dates and delays are in seconds of simulated time, sizes in bytes, work in flops,
 * bandwidths in bytes per second. */
#ifndef STP_ENGINE_H
#define STP_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stp_thread;

#ifdef __cplusplus
extern "C" {
#endif

/* The virtual thread whose code runs (process/thread.h), null in maestro. The engine clears it
 * while it works on behalf of a thread, so that what SimGrid calls (malloc inside libstdc++ ...) is
 * never taken for the program's. */
extern struct stp_thread* stp_self;

struct stp_actor;       /* a thread of control that SimGrid schedules */
struct stp_timer;       /* a callback at a date */
struct stp_flow;        /* a transfer of bytes between two hosts, sharing links with others */
struct stp_engine_host; /* a host of the platform; the engine's own handle */
struct stp_engine_link; /* a link of it, in one direction */

/* ---- the run ---- */

/* Starts SimGrid and loads the platform file (XML). A platform that cannot be loaded ends the
 * program: one line on the standard error that names the file and what is wrong, status 2. Call
 * once, before everything else. */
void stp_engine_start(const char* platform_file);

/* Before that: has SimGrid write its own trace of the platform (Paje) to a file. */
void stp_engine_paje(const char* file);

/* Called on the user stack of a thread whose program lets a C++ exception go uncaught, with the
 * exception's type and what() (null where there is none). Must not return. */
extern void (*stp_engine_uncaught)(const char* type, const char* what);

/* Lets stp_engine_uncaught have them. After stp_engine_start, which SimGrid uses to see to its own.
 */
void stp_engine_catch(void);

/* Runs the simulation until no actor and no timer is left (true), or until actors are left that
 * nothing can ever wake (false: they stay as they are). Profiles of the platform alone do not keep
 * it running: before it gives up, `stuck` is asked, which may set a timer and say true to go on.
 * `advanced` is called each time the date has changed. Both in maestro. */
bool stp_engine_run(void (*advanced)(void), bool (*stuck)(void));

/* A date at which stp_engine_halt is to be called in maestro, for a debugger to write while the run
 * stands still; at once if it has passed. INFINITY: none, or the engine has taken note of it. What
 * else happens at which date, and in which order, does not depend on it. */
extern double stp_engine_halt_date;
extern void (*stp_engine_halt)(void);

/* "3.32" or the like. */
const char* stp_engine_version(void);

/* The current date. Anywhere; never enters the simulator. */
double stp_engine_now(void);

/* How much has happened so far: timers that went off, actors that were resumed. */
extern uint64_t stp_engine_events;

/* Calls function(argument) in maestro, at the current date, before time advances and before any
 * other actor runs. From maestro: at once. From an actor: when that actor next parks or ends; calls
 * are served in order. */
void stp_engine_defer(void (*function)(void*), void* argument);

/* ---- actors ---- */

/* Starts an actor that runs code(argument) on `host` on its own small stack. Maestro only (defer
 * it). The actor ends when code returns. Null if the host is off. */
struct stp_actor* stp_engine_spawn(const char* name, struct stp_engine_host* host,
                                   void (*code)(void*), void* argument);

/* Suspends the calling actor until stp_engine_unpark. An unpark that came since it last returned is
 * not lost: park then returns at once. Must run on the actor's own stack. */
void stp_engine_park(struct stp_actor* self);

/* Lets every other actor that can run at this date run first. On the actor's own stack. */
void stp_engine_yield(struct stp_actor* self);

/* Makes a parked actor runnable at the current date; on a running one it is remembered. Anywhere.
 */
void stp_engine_unpark(struct stp_actor* actor);

/* Suspends the calling actor until stp_engine_rouse, as park does until stp_engine_unpark; unparks
 * meanwhile are kept for its next park. On the actor's own stack. */
void stp_engine_doze(struct stp_actor* self);
void stp_engine_rouse(struct stp_actor* actor);

/* ---- failures ---- */

/* Has changed(host, on) called in maestro when a host has gone off or on. Off, its actors get one
 * last turn, after that call: what they wait in returns at once, and so does all that they then ask
 * to wait for; they must end without delay. Call once, before the run. */
void stp_engine_watch_hosts(void (*changed)(struct stp_engine_host* host, bool on));

/* Has changed(date) called in maestro when links have gone off or on at that date, which may be
 * past if nothing has happened since. */
void stp_engine_watch_links(void (*changed)(double date));

/* Whether a host is on, at this instant: `changed` may still have to be called. */
bool stp_engine_host_is_on(const struct stp_engine_host* host);

/* Turns a host or a link off or on, as a profile of the platform would. Nothing if it is so
 * already. Maestro. */
void stp_engine_host_turn(struct stp_engine_host* host, bool on);
void stp_engine_link_turn(struct stp_engine_link* link, bool on);

/* Whether an actor has been killed with its host; false for null. Anywhere. */
bool stp_engine_killed(const struct stp_actor* actor);

/* ---- what a real system leaves open ---- */

/* Lets stp_engine_any choose by this seed from now on. */
void stp_engine_permute(uint64_t seed);

/* A number to choose among orders that are all right: random once stp_engine_permute was called,
 * before that always 0, which stands for first come, first served. Anywhere. */
uint64_t stp_engine_any(void);

/* ---- timers and flows ---- */

/* Calls callback(argument) in maestro at `date` (at once in the next round if it has passed);
 * timers of one date in the order in which they were set. Anywhere. The handle dies when the
 * callback is called or stp_engine_timer_cancel returns. */
struct stp_timer* stp_engine_timer(double date, void (*callback)(void*), void* argument);
void stp_engine_timer_cancel(struct stp_timer* timer);

/* Whether nothing is to come but `ignored` timers: no other timer, and no flow. In a timer's
 * callback, whose own does not count. */
bool stp_engine_idle(size_t ignored);

/* A timer that may come before or after others of its date (a deadline, a program that starts):
 * stp_engine_any decides. */
struct stp_timer* stp_engine_timer_loose(double date, void (*callback)(void*), void* argument);

enum { STP_ENGINE_WEIGHT = 20537 /* bytes: LV08's weight-S */ };

/* Starts a transfer of `bytes` (at least 1) from one host to another: a pure bandwidth phase,
 * without latency. Where it competes with others, each gets bandwidth in inverse proportion to its
 * penalty; SimGrid's own (LV08) is the route's latency + the sum of STP_ENGINE_WEIGHT / bandwidth
 * over its links. Calls callback(argument, ok) in maestro when the last byte has left the path; ok
 * is false if a link or host is off or goes off meanwhile. Which of those that end at one date is
 * told first, stp_engine_any decides. The two hosts must differ and have a route. Anywhere (from an
 * actor it starts when that actor parks). The handle dies when the callback is called;
 * stp_engine_flow_cancel makes the callback never come. */
struct stp_flow* stp_engine_flow(struct stp_engine_host* from, struct stp_engine_host* to,
                                 double bytes, double penalty, void (*callback)(void*, bool),
                                 void* argument);
void stp_engine_flow_cancel(struct stp_flow* flow);

/* How many flows from a host are in progress. */
unsigned stp_engine_flows_from(const struct stp_engine_host* host);

/* ---- the platform ---- */

size_t stp_engine_host_count(void);
/* Hosts ordered by name, digits by value ("node-2" before "node-10"); 0 <= index < count. */
struct stp_engine_host* stp_engine_host_at(size_t index);
const char* stp_engine_host_name(const struct stp_engine_host* host);
/* Flops per second of one core, and at this date, as a profile of the platform has it. */
double stp_engine_host_speed(const struct stp_engine_host* host);
double stp_engine_host_speed_now(const struct stp_engine_host* host);
/* Has changed(host) called in maestro each time that it has changed. Call once, before the run. */
void stp_engine_watch_speeds(void (*changed)(struct stp_engine_host* host));
int stp_engine_host_cores(const struct stp_engine_host* host);
/* A property from the platform file, or null. Owned by the engine. */
const char* stp_engine_host_property(const struct stp_engine_host* host, const char* name);

/* Whether two hosts are in the same zone of the platform (netzone), not only in one that holds
 * theirs. */
bool stp_engine_host_same_zone(const struct stp_engine_host* a, const struct stp_engine_host* b);

/* ---- links: engine/links.cpp ---- */

/* Whether profiles may change links (or hosts) during the run. False: what is said of a link now is
 * true for ever. */
extern bool stp_engine_links_vary;

/* All links, in the order of their names. */
size_t stp_engine_link_count(void);
struct stp_engine_link* stp_engine_link_at(size_t index);

/* The two directions of a split-duplex link are two links, NAME_UP and NAME_DOWN, with the
 * properties of NAME. */
const char* stp_engine_link_name(const struct stp_engine_link* link);
const char* stp_engine_link_property(const struct stp_engine_link* link, const char* name);

/* At the current date. */
double stp_engine_link_latency(const struct stp_engine_link* link);   /* s */
double stp_engine_link_bandwidth(const struct stp_engine_link* link); /* bytes/s */
bool stp_engine_link_is_on(const struct stp_engine_link* link);

/* From now on, also for flows that cross it. Maestro. */
void stp_engine_link_set_latency(struct stp_engine_link* link, double latency);
void stp_engine_link_set_bandwidth(struct stp_engine_link* link, double bandwidth);

/* What the flows that cross it take of its bandwidth, bytes/s. In a timer's callback, of the time
 * before it. */
double stp_engine_link_load(const struct stp_engine_link* link);

/* Puts the first `room` links of the route into `links` and returns how many it has: 0 if there is
 * no route. *latency is that of the whole route now, which may be more than that of its links. */
size_t stp_engine_route(const struct stp_engine_host* from, const struct stp_engine_host* to,
                        struct stp_engine_link** links, size_t room, double* latency);

/* The first link of the route, and the last; null if there is no route. */
void stp_engine_route_ends(const struct stp_engine_host* from, const struct stp_engine_host* to,
                           struct stp_engine_link* ends[2]);

#ifdef __cplusplus
}
#endif

#endif
