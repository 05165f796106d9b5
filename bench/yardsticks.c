/* The yardsticks of streams.c, idle.c and timers.c: the same as plain SimGrid programs.
 *   yardsticks PLATFORM streams HOSTS STREAMS BYTES WRITE FLIGHT
 *   yardsticks PLATFORM idle CONNECTIONS MESSAGES
 *   yardsticks PLATFORM timers TIMERS ROUNDS
 * What a program writes at once is one message through a mailbox. The sender copies it, as it may
 * change its buffer afterwards; the receiver copies it to where it wants it. A connection that is
 * idle is an actor that waits for a message. A timer is an actor that sleeps. */
#include <simgrid/actor.h>
#include <simgrid/comm.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/mailbox.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sg_host_t host(int number) {
  char name[32];
  snprintf(name, sizeof name, "node-%d", number);
  return sg_host_by_name(name);
}

/* ---- streams ---- */

static size_t bytes, chunk, in_flight; /* bytes, but for the last: messages */

static void send_stream(int argc, char** argv) {
  (void)argc;
  sg_mailbox_t const to = sg_mailbox_by_name(argv[0]);
  char* const buffer = malloc(chunk);
  memset(buffer, 1, chunk); /* or all would be one page of zeroes */
  sg_comm_t* const comms = calloc(in_flight, sizeof(sg_comm_t));
  const size_t count = bytes / chunk;
  sg_actor_sleep_for(1);
  for (size_t i = 0; i < count + in_flight; i++) {
    if (i >= in_flight && i - in_flight < count)
      sg_comm_wait(comms[i % in_flight]);
    if (i >= count)
      continue;
    char* const message = malloc(chunk);
    memcpy(message, buffer, chunk);
    comms[i % in_flight] = sg_mailbox_put_async(to, message, (long)chunk);
  }
  free(comms);
  free(buffer);
}

static void receive_stream(int argc, char** argv) {
  (void)argc;
  sg_mailbox_t const from = sg_mailbox_by_name(argv[0]);
  sg_mailbox_set_receiver(argv[0]); /* so messages set off when they are sent */
  char* const buffer = malloc(chunk);
  for (size_t got = 0; got < bytes; got += chunk) {
    char* const message = sg_mailbox_get(from);
    memcpy(buffer, message, chunk);
    __asm__ volatile("" : : "r"(buffer) : "memory"); /* somebody reads it: it must be copied */
    free(message);
  }
  free(buffer);
}

static void streams(char** arguments) {
  const int hosts = atoi(arguments[0]), count = atoi(arguments[1]);
  chunk = (size_t)atof(arguments[3]);
  bytes = (size_t)atof(arguments[2]) / chunk * chunk;
  in_flight = (size_t)atol(arguments[4]);
  for (int i = 0; i < count; i++) {
    char name[32];
    snprintf(name, sizeof name, "to-%d", i);
    char* argument[] = {name, NULL};
    sg_actor_create("receiver", host((i + 1) % hosts), receive_stream, 1, argument);
    sg_actor_create("sender", host(i), send_stream, 1, argument);
  }
}

/* ---- idle connections ---- */

static int messages;

static void idle(int argc, char** argv) {
  (void)argc;
  sg_mailbox_get(sg_mailbox_by_name(argv[0]));
}

static void server(int argc, char** argv) {
  (void)argc, (void)argv;
  sg_mailbox_t const in = sg_mailbox_by_name("server"), out = sg_mailbox_by_name("client");
  for (int i = 0; i < messages; i++) {
    sg_mailbox_get(in);
    sg_mailbox_put(out, &messages, 1);
  }
}

static void client(int argc, char** argv) {
  (void)argc, (void)argv;
  sg_mailbox_t const out = sg_mailbox_by_name("server"), in = sg_mailbox_by_name("client");
  for (int i = 0; i < messages; i++) {
    sg_mailbox_put(out, &messages, 1);
    sg_mailbox_get(in);
  }
}

static void connections(char** arguments) {
  messages = atoi(arguments[1]);
  for (int i = 0; i < atoi(arguments[0]); i++) {
    char name[32];
    snprintf(name, sizeof name, "idle-%d", i);
    char* argument[] = {name, NULL};
    sg_actor_daemonize(sg_actor_create(name, host(0), idle, 1, argument));
  }
  sg_actor_create("server", host(0), server, 0, NULL);
  sg_actor_create("client", host(1), client, 0, NULL);
}

/* ---- timers ---- */

static long rounds;

static void sleeper(int argc, char** argv) {
  (void)argc, (void)argv;
  static unsigned random = 1;
  for (long i = 0; i < rounds; i++) {
    random = random * 1664525 + 1013904223;
    sg_actor_sleep_for(1 + random % 1000000000 * 1e-9);
  }
}

static void timers(char** arguments) {
  rounds = atol(arguments[1]);
  for (int i = 0; i < atoi(arguments[0]); i++)
    sg_actor_create("sleeper", host(0), sleeper, 0, NULL);
}

int main(int argc, char** argv) {
  simgrid_init(&argc, argv);
  simgrid_load_platform(argv[1]);
  if (strcmp(argv[2], "streams") == 0)
    streams(argv + 3);
  else if (strcmp(argv[2], "idle") == 0)
    connections(argv + 3);
  else
    timers(argv + 3);
  simgrid_run();
  printf("%.6f s of virtual time\n", simgrid_get_clock());
  return 0;
}
