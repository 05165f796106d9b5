/* The yardstick of pingpong.c: the same exchange as a plain SimGrid program, mailbox put and get.
 */
#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/mailbox.h>
#include <stddef.h>

#include "tsc.h"

enum { ROUNDS = 50000, WARM_UP = 1000 };

static void exchange(sg_mailbox_t out, sg_mailbox_t in, int rounds) {
  for (int i = 0; i < rounds; i++) {
    sg_mailbox_put(out, &rounds, 1);
    sg_mailbox_get(in);
  }
}

static void client(int argc, char** argv) {
  (void)argc, (void)argv;
  sg_mailbox_t const out = sg_mailbox_by_name("there"), in = sg_mailbox_by_name("back");
  exchange(out, in, WARM_UP);
  const uint64_t start = tsc_now();
  exchange(out, in, ROUNDS);
  tsc_report("mailbox", start, 2.0 * ROUNDS);
}

static void server(int argc, char** argv) {
  (void)argc, (void)argv;
  static int byte;
  sg_mailbox_t const in = sg_mailbox_by_name("there"), out = sg_mailbox_by_name("back");
  for (int i = 0; i < WARM_UP + ROUNDS; i++) {
    sg_mailbox_get(in);
    sg_mailbox_put(out, &byte, 1);
  }
}

int main(int argc, char** argv) {
  simgrid_init(&argc, argv);
  simgrid_load_platform(argv[1]);
  sg_actor_create("client", sg_host_by_name("node-0"), client, 0, NULL);
  sg_actor_create("server", sg_host_by_name("node-1"), server, 0, NULL);
  simgrid_run();
  return 0;
}
