// A kill_time: a signal to the process and all that it has forked, SIGKILL to who is left after the
// grace. A process that ends as it was asked to has not failed.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 %s -o program
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %simterpose run -v -n 6 -d deployment.xml -o out 2>&1 | sort -t' ' -k 3 | %FileCheck %s
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="node-0" function="./program" kill_time="1"><argument value="polite"/></actor>
// XML  <actor host="node-1" function="./program" kill_time="1"><argument value="deaf"/></actor>
// XML  <actor host="node-2" function="./program" kill_time="1"><argument value="deaf"/>
// XML    <prop id="stop_grace" value="500ms"/></actor>
// XML  <actor host="node-3" function="./program" kill_time="1"><argument value="polite"/>
// XML    <prop id="stop_signal" value="KILL"/></actor>
// XML  <actor host="node-4" function="./program" kill_time="1"><argument value="polite"/>
// XML    <prop id="stop_signal" value="SIGINT"/></actor>
// XML  <actor host="node-5" function="./program" kill_time="1"><argument value="parent"/></actor>
// XML</platform>
//
// CHECK-DAG: [node-0 1.250000] stopped by Terminated
// CHECK-DAG: program.2 on node-0 stopped, exited with 3 at 1.250000
// CHECK-DAG: program.2 on node-1 stopped by SIGKILL at 11.000000
// CHECK-DAG: program.2 on node-2 stopped by SIGKILL at 1.500000
// CHECK-DAG: program.2 on node-3 stopped by SIGKILL at 1.000000
// CHECK-DAG: [node-4 1.250000] stopped by Interrupt
// CHECK-DAG: program.2 on node-5 stopped by SIGTERM at 1.000000
// CHECK-DAG: program.3 on node-5 stopped by SIGTERM at 1.000000
// CHECK-DAG: all 6 processes stopped as planned; 11.000000 s
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile int asked;

static void ask(int number) { asked = number; }

int main(int argc, char** argv) {
  const char* const how = argv[argc - 1];
  if (strcmp(how, "parent") == 0)
    fork();
  if (strcmp(how, "deaf") == 0)
    signal(SIGTERM, SIG_IGN);
  if (strcmp(how, "polite") == 0)
    signal(SIGTERM, ask), signal(SIGINT, ask);
  while (!asked)
    pause();
  usleep(250000);
  printf("stopped by %s\n", strsignal(asked));
  return 3;
}
