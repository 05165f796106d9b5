/* Faults at work (runtime/faults.h is how a run is told of them). A fault that is done becomes a
 * case, which is in force until it is undone; what a host, a link or a way is like follows from the
 * cases that concern it, in the order in which they began. */
#ifndef STP_FAULT_H
#define STP_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "faults.h"
#include "process/random.h"

struct stp_deployed;
struct stp_host;
struct stp_link;
struct stp_timer;

/* Finds what the faults name; what is wrong with them ends the program (stp_fatal). After the
 * deployment has been prepared. */
void stp_faults_prepare(const struct stp_run_fault* faults, size_t count);

/* Sees to them. Before the run, after stp_deployed_schedule. */
void stp_faults_schedule(void);

/* ---- what its files share ---- */

struct stp_fault_hosts {
  struct stp_host** hosts; /* by index, ascending */
  size_t count;
};

struct stp_fault_links {
  struct stp_link** links;
  size_t count;
};

struct stp_fault {
  const struct stp_run_fault* request;
  enum stp_fault_kind kind; /* LINK_DOWN and LINK_UP between two groups are PARTITION and HEAL */
  struct stp_fault_hosts* groups;
  struct stp_fault_links links;
  unsigned short* group_of; /* by index of the host, from 1, 0: of none; null: not about ways */
  struct stp_random random;
  struct stp_timer* timer; /* null: not to come (any more) */
  double next;
};

struct stp_fault_case {
  const struct stp_fault* fault;
  struct stp_fault_hosts hosts; /* that it is still done to */
  struct stp_fault_links links;
  unsigned short* group_of;
  struct stp_deployed** killed; /* that are to be started again */
  size_t killed_count;
  struct stp_timer* end; /* null: stays */
  struct stp_fault_case *prev, *next;
};

extern struct stp_fault_case* stp_fault_cases; /* in force, oldest first */

/* schedule.c: the case is not in force any more, and freed. */
void stp_fault_case_drop(struct stp_fault_case* it);

/* What the kinds do, when a case begins and when it ends (it is not in the list any more). Those
 * that undo others take what they name from these, and stay in force only if that matters (ways.c).
 */
struct stp_fault_action {
  const char *name, *over;
  void (*begin)(struct stp_fault_case* it);
  void (*end)(struct stp_fault_case* it); /* null: it cannot be undone */
  bool stays;                             /* it is in force without a duration, too */
};
extern const struct stp_fault_action stp_fault_actions[];

/* targets.c: finds what a fault names. */
void stp_fault_find(struct stp_fault* fault, const struct stp_run_fault* request);
bool stp_fault_is_about_ways(const struct stp_run_fault* request);

/* attached.c: the links by which hosts are connected. */
struct stp_fault_links stp_fault_links_of(const struct stp_fault_hosts* hosts);

/* check.c: whether what a fault asks for makes sense (stp_fatal). */
void stp_fault_check(const struct stp_run_fault* request);

/* text.c: "crash of node-2 and node-3". Static buffer. */
const char* stp_fault_text(const struct stp_fault_case* it);
const char* stp_fault_subject(const struct stp_fault_case* it);

/* hosts.c */
void stp_fault_crash(struct stp_fault_case* it);
void stp_fault_uncrash(struct stp_fault_case* it);
void stp_fault_restart(struct stp_fault_case* it);
void stp_fault_kill(struct stp_fault_case* it);
void stp_fault_unkill(struct stp_fault_case* it);
void stp_fault_pause(struct stp_fault_case* it);
void stp_fault_unpause(struct stp_fault_case* it);
void stp_fault_resume(struct stp_fault_case* it);
void stp_fault_jump(struct stp_fault_case* it);
void stp_fault_unjump(struct stp_fault_case* it);
void stp_fault_drift(struct stp_fault_case* it);
void stp_fault_undrift(struct stp_fault_case* it);

/* links.c: a case of LINK_DOWN, LINK_UP, DEGRADE or RESTORE has begun or ended. */
void stp_fault_links_begin(struct stp_fault_case* it);
void stp_fault_links_end(struct stp_fault_case* it);
double stp_fault_apply(const struct stp_fault_number* number, double value);

/* ways.c: the same of those between groups, PARTITION and HEAL among them. */
void stp_fault_ways_begin(struct stp_fault_case* it);
void stp_fault_ways_end(struct stp_fault_case* it);

#endif
