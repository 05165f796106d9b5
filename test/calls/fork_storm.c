// RUN: %both
//
// A tree of processes that allocate, map, protect, start threads and fork at random, each checking
// over and over that its memory holds what it wrote.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { BLOCKS = 24, STEPS = 60, DEPTH = 3, PAGE = 4096 };

static struct block {
  unsigned char* start;
  size_t size;
  unsigned char mark;
  char kind; /* 'h' heap, 'm' mapped, 'r' mapped, read-only now */
} blocks[BLOCKS];
static uint64_t seed;
static _Thread_local int mine;

static unsigned pick(unsigned limit) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(seed >> 33) % limit;
}

static void check_blocks(void) {
  for (int i = 0; i < BLOCKS; i++)
    for (size_t k = 0; blocks[i].start && k < blocks[i].size; k += 509)
      CHECK_EQ(blocks[i].start[k], blocks[i].mark);
}

static void drop(struct block* block) {
  if (block->kind == 'h')
    free(block->start);
  else
    CHECK_EQ(munmap(block->start, block->size), 0);
  block->start = NULL;
}

static void make(struct block* block) {
  block->mark = (unsigned char)(1 + pick(250));
  if (pick(2)) {
    block->kind = 'h';
    block->size = 1 + pick(pick(4) == 0 ? 3000000 : 5000);
    block->start = malloc(block->size);
    CHECK(block->start);
  } else {
    block->kind = 'm';
    block->size = PAGE * (1 + pick(40));
    block->start =
        mmap(NULL, block->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(block->start != MAP_FAILED);
    CHECK_EQ(block->start[block->size / 2], 0);
  }
  memset(block->start, block->mark, block->size);
  if (block->kind == 'm' && pick(3) == 0) {
    block->kind = 'r';
    CHECK_EQ(mprotect(block->start, block->size, PROT_READ), 0);
  }
}

static void* sleep_and_check(void* number) {
  volatile int on_stack = mine = (int)(intptr_t)number;
  for (int i = 0; i < 3; i++) {
    usleep(100);
    CHECK(on_stack == (int)(intptr_t)number && mine == on_stack);
    mine = ++on_stack;
    number = (void*)(intptr_t)on_stack;
  }
  return NULL;
}

static void live(int depth, int number) {
  int children = 0;
  pthread_t thread;
  int threads = 0;
  seed = (uint64_t)number * 7919 + 17;
  for (int step = 0; step < STEPS; step++) {
    struct block* const block = &blocks[pick(BLOCKS)];
    if (block->start)
      drop(block);
    else
      make(block);
    if (pick(8) == 0)
      usleep(pick(300));
    if (pick(20) == 0 && !threads)
      threads = pthread_create(&thread, NULL, sleep_and_check, (void*)(intptr_t)number) == 0;
    else if (threads && pick(5) == 0) {
      CHECK_EQ(pthread_join(thread, NULL), 0);
      threads = 0;
    }
    if (depth < DEPTH && pick(12) == 0) {
      const pid_t child = fork();
      CHECK(child >= 0);
      if (child == 0) {
        check_blocks();
        live(depth + 1, number * 8 + ++children);
        _exit(0);
      }
      children++;
    }
    if (step % 5 == 0)
      check_blocks();
  }
  if (threads)
    CHECK_EQ(pthread_join(thread, NULL), 0);
  int status;
  while (wait(&status) > 0) {
    CHECK_EQ(status, 0);
    check_blocks();
    children--;
  }
  CHECK_EQ(children, 0);
  for (int i = 0; i < BLOCKS; i++)
    if (blocks[i].start)
      drop(&blocks[i]);
}

int main(void) {
  live(0, 1);
  return 0;
}
