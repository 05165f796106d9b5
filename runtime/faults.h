/* Faults: what goes wrong in a run on purpose, at a date, periodically or at random. This is the
 * form in which cli/ hands them over (struct stp_run_options); docs/faults.md tells of each kind.
 *
 * A fault with a duration is undone so much later; without one it stays until a fault of the
 * opposite kind undoes it. Faults of one kind may overlap: a host is on once nothing keeps it off
 * any more, what is done to a link adds up in the order in which it began. */
#ifndef STP_FAULTS_H
#define STP_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

enum stp_fault_kind {
  /* Hosts. Those that come back start what the deployment wants back (stp_run_process::restart). */
  STP_FAULT_CRASH,       /* lose their power; undone: as by RESTART */
  STP_FAULT_RESTART,     /* have it again, whatever crashed them */
  STP_FAULT_KILL,        /* `signal` to their processes called `program`; undone: those that were
                            deployed and died of it are started again; of SIGSTOP: SIGCONT */
  STP_FAULT_PAUSE,       /* stop, as a virtual machine does: time passes, nothing is done */
  STP_FAULT_RESUME,      /* go on, whatever paused them; timers that came meanwhile are late */
  STP_FAULT_CLOCK_JUMP,  /* CLOCK_REALTIME leaps by `value` seconds; undone: and back */
  STP_FAULT_CLOCK_DRIFT, /* clocks run `value` parts per million faster than they did */

  /* Between hosts. Packets are lost without a word, as a firewall's DROP does it. */
  STP_FAULT_PARTITION, /* hosts of different groups do not reach each other (see `groups`) */
  STP_FAULT_HEAL,      /* they do; without groups: all do */

  /* Links, those of hosts, or the ways between two groups of hosts (see `links`). */
  STP_FAULT_LINK_DOWN,
  STP_FAULT_LINK_UP,
  STP_FAULT_DEGRADE, /* `quality` in place of what the platform says */
  STP_FAULT_RESTORE, /* as the platform says */
  STP_FAULT_KINDS
};

/* Of a number: what takes its place, or what the platform's is multiplied by. */
enum stp_fault_change { STP_FAULT_KEEP, STP_FAULT_SET, STP_FAULT_TIMES, STP_FAULT_ADD };
struct stp_fault_number {
  enum stp_fault_change change; /* 0: it stays as it is */
  double value;
};

struct stp_fault_quality {
  struct stp_fault_number bandwidth;       /* bytes/s; links only, not ways between groups */
  struct stp_fault_number latency;         /* s */
  struct stp_fault_number loss, duplicate; /* probabilities */
  struct stp_fault_number jitter;          /* s */
  struct stp_fault_number reorder;         /* SET to 0 or 1 */
};

/* Names, each a pattern of fnmatch(3): "node-7", "node-*", "node-[0-4]". One that nothing matches
 * is an error of input. A host that several groups name is in the first of them. */
struct stp_fault_names {
  const char* const* names;
  size_t count;
};

/* Strings and arrays are borrowed until the run ends. Zeroes mean what the remarks say. */
struct stp_run_fault {
  enum stp_fault_kind kind;

  double date;  /* s: the first time; if random, the first interval begins here */
  double every; /* s: again so much later, always; 0: once */
  bool random;  /* `every` is the mean of intervals that are exponentially distributed, drawn from
                   the run's seed */
  double until; /* s: does not begin at this date or later; 0: as long as the run lasts */
  double duration; /* s: undone so much later; 0: never */

  /* Hosts to which it is done. CRASH ... CLOCK_DRIFT: one group. PARTITION, HEAL: each group apart
   * from the others, one group apart from all other hosts. LINK_DOWN ... RESTORE: one group, the
   * links that the hosts are connected by (the first and the last of their routes); two groups, the
   * ways between the one and the other, whatever the links. */
  const struct stp_fault_names* groups;
  size_t group_count;
  bool one_way; /* with two groups: only from the first to the second; PARTITION, with one: only
                   what comes from it */
  /* LINK_DOWN ... RESTORE: links by name, instead of groups ("*": all). The directions of a
   * split-duplex link are NAME_UP and NAME_DOWN; NAME means both. */
  struct stp_fault_names links;
  /* Only so many of the hosts of its first group, or of its links, drawn each time; 0: all. */
  size_t pick;

  double value;        /* CLOCK_JUMP, CLOCK_DRIFT */
  int signal;          /* KILL; 0: SIGKILL */
  const char* program; /* KILL: a pattern for the names of programs; null: all of the deployment */
  struct stp_fault_quality quality; /* DEGRADE */

  const char* where; /* "FILE:LINE" or "command line": for messages */
};

#endif
