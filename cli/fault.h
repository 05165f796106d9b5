/* Faults in words: the options --fault, and the faults of a lab file. */
#ifndef CLI_FAULT_H
#define CLI_FAULT_H

#include "faults.h"

/* A fault that is still being said; `where` ("FILE:LINE" or "--fault") is for messages. */
struct stp_run_fault cli_fault_new(const char* where);

/* One thing of it: a key and its value, as --help has them ("crash", "node-2"; "heal", "" for all).
 * Values with units are as elsewhere. Strings are copied. What is wrong ends the program (status
 * 2). */
void cli_fault_set(struct stp_run_fault* fault, const char* key, const char* value);

/* It has all been said. Fails if it is not said what is to happen. */
void cli_fault_end(const struct stp_run_fault* fault);

/* What it does, as its key has it. */
const char* cli_fault_kind(const struct stp_run_fault* fault);

/* Its keys, at most `most`; how many. */
size_t cli_fault_keys(const char** names, size_t most);

/* All faults of the run so far. */
struct cli_faults {
  struct stp_run_fault* faults;
  size_t count;
};
extern struct cli_faults cli_faults;
void cli_faults_add(const struct stp_run_fault* fault);

/* Adds what one option --fault says: "at=10s crash=node-2 for=5s". */
void cli_faults_parse(const char* option);

/* For --help. */
#define CLI_FAULT_HELP                                                                             \
  "A fault is made of words KEY=VALUE:\n"                                                          \
  "\n"                                                                                             \
  "  --fault \"at=10s crash=node-2 for=5s\"\n"                                                     \
  "  --fault \"partition=node-0,node-1|node-[2-4] at=20s for=10s\"\n"                              \
  "  --fault \"degrade=* loss=1% latency=x2 every=1m for=10s until=10m\"\n"                        \
  "  --fault \"random=30s crash=node-* pick=1 for=5s\"\n"                                          \
  "\n"                                                                                             \
  "What: crash, restart, pause, resume, kill (signal=TERM, program=NAME), clock-jump (by=-30s), "  \
  "clock-drift (by=100ppm) of HOSTS; partition of GROUPS, heal (of all, or of GROUPS); "           \
  "link-down, "                                                                                    \
  "link-up, degrade (bandwidth=, latency=, loss=, duplicate=, jitter=, reorder=), restore of a "   \
  "WAY. "                                                                                          \
  "When: at=DATE (default: 0), every=DELAY or random=MEAN from then on, until=DATE, for=DELAY "    \
  "until it is undone, pick=N of the hosts or links that are named.\n"                             \
  "HOSTS are names and patterns with commas between them; GROUPS are HOSTS|HOSTS..., those of "    \
  "one not reaching the others, HOSTS alone (cut off from all others), or HOSTS>HOSTS (one way); " \
  "a WAY is LINKS by name, @HOSTS (the links that hosts are connected by), or two groups. A "      \
  "number is what it becomes, xN times what the platform says, or +N more.\n"
#endif
