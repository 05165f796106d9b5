// Faults at random, from the seed alone; those of hosts that are drawn; and when there is nothing
// left for them to do: all processes have ended, or wait for what no fault brings about.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 %s -o program
// RUN: for seed in 1 1 2; do \
// RUN:   %simterpose run -v -n 4 --cpu none -o out --seed $seed \
// RUN:     --fault "crash=node-[1-3] pick=1 random=100s until=1000s for=1s" ./program sleep 2>&1 | \
// RUN:     sed 's/in [0-9.]* s; their.*//' >said.$seed$(ls | grep -c said.$seed) ; done
// RUN: cmp said.10 said.11 && %not cmp said.10 said.20
// RUN: grep -c 'fault at .*crash of node-' said.10 | %FileCheck --check-prefix=COUNT %s
// RUN: %FileCheck --check-prefix=ENDED %s <said.10
// RUN: %exits 1 %simterpose run -n 2 --cpu none -o out --fault "degrade=* every=1s for=100ms loss=1" \
// RUN:   ./program hang >stuck 2>&1
// RUN: %FileCheck --check-prefix=STUCK %s <stuck
// RUN: %exits 1 %simterpose run -n 2 --cpu none -o out --fault "kill=* at=50s signal=INT" \
// RUN:   --fault "degrade=* every=1ms loss=1" ./program hang >killed 2>&1
// RUN: %FileCheck --check-prefix=KILLED %s <killed
// RUN: %simterpose run --check-determinism -n 4 --cpu none -o out \
// RUN:   --fault "crash=* pick=2 random=10s until=100s for=1s" ./program sleep >twice 2>&1
// RUN: grep 'same' twice
//
// On the average 10.
//  COUNT: {{^([5-9]|1[0-9])$}}
//  ENDED: {{[0-9]+}} processes: 4 ended well
//
// STUCK: faults end at {{[0-9.]+}}: since 0.100000 they have not made any process go on
// STUCK: deadlock at
//
// KILLED: [node-0 50.000000] interrupted by 2
// KILLED: deadlock at
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void interrupted(int signal) { printf("interrupted by %d\n", signal); }

int main(int argc, char** argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  signal(SIGINT, interrupted);
  if (argc > 1 && strcmp(argv[1], "hang") == 0)
    for (;;)
      pause();
  while (time(NULL) < 1577836800 + 1500)
    sleep(1);
  return 0;
}
