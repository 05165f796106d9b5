// CALLS: exit _exit _Exit quick_exit abort atexit at_quick_exit on_exit __cxa_atexit
// CALLS: __cxa_at_quick_exit __cxa_finalize __assert_fail __assert_perror_fail __assert
// CALLS: __stack_chk_fail __chk_fail
//
// How processes end: what runs on the way, in which order, and the status they leave. Each way is
// taken natively, too.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O1 -g -pthread -Wno-everything %s -o exit
// RUN: %exits 7 ./exit exit | %FileCheck --check-prefix=EXIT %s
// RUN: %exits 1 %simterpose run -q -o out ./exit exit
// RUN: cat out/node-0/exit.2.stdout | %FileCheck --check-prefix=EXIT %s
//      EXIT: main
// EXIT-NEXT: added last with status 7
// EXIT-NEXT: added by a function
// EXIT-NEXT: with argument text
// EXIT-NEXT: exits again
// EXIT-NEXT: added first
// EXIT-NEXT: destructor
//  EXIT-NOT: {{.}}
//
// RUN: ./exit return | %FileCheck --check-prefix=RETURN %s
// RUN: %simterpose run -q -o out ./exit return
// RUN: cat out/node-0/exit.2.stdout | %FileCheck --check-prefix=RETURN %s
// RETURN: unfinished line
// RETURN-SAME: added first
// RETURN-NEXT: destructor
//
// RUN: %exits 3 ./exit _exit > natively && test ! -s natively
// RUN: %exits 1 %simterpose run -q -o out ./exit _exit
// RUN: test ! -s out/node-0/exit.2.stdout
// RUN: %exits 1 %simterpose run -q -o out ./exit _Exit
// RUN: test ! -s out/node-0/exit.2.stdout
//
// RUN: %exits 4 ./exit quick | %FileCheck --check-prefix=QUICK %s
// RUN: %exits 1 %simterpose run -q -o out ./exit quick
// RUN: cat out/node-0/exit.2.stdout | %FileCheck --check-prefix=QUICK %s
//      QUICK: quick second
// QUICK-NEXT: quick first
//  QUICK-NOT: {{.}}
//
// RUN: ./exit finalize | %FileCheck --check-prefix=FINALIZE %s
// RUN: %simterpose run -q -o out ./exit finalize
// RUN: cat out/node-0/exit.2.stdout | %FileCheck --check-prefix=FINALIZE %s
//      FINALIZE: of a module
// FINALIZE-NEXT: finalized
// FINALIZE-NEXT: added first
//
// RUN: ./exit thread | %FileCheck --check-prefix=THREAD %s
// RUN: %simterpose run -q -o out ./exit thread
// RUN: cat out/node-0/exit.2.stdout | %FileCheck --check-prefix=THREAD %s
//      THREAD: last thread
// THREAD-NEXT: added first
//
// RUN: %exits 1 %simterpose run -q -o out ./exit assert 2>&1 | %FileCheck --check-prefix=ABORT %s
// RUN: cat out/node-0/exit.2.stderr | %FileCheck --check-prefix=ASSERT %s
// ABORT: exit.2: aborted
// ASSERT: exit: {{.*}}exit.c:{{[0-9]+}}: {{.*}}main{{.*}}: Assertion `argc == 47' failed.
//
// RUN: %exits 1 %simterpose run -q -o out ./exit perror 2>&1 | %FileCheck --check-prefix=ABORT %s
// RUN: cat out/node-0/exit.2.stderr | %FileCheck --check-prefix=PERROR %s
// PERROR: exit: file.c:12: function: Unexpected error: No such file or directory.
//
// RUN: %exits 1 %simterpose run -q -o out ./exit smashed 2>&1 | %FileCheck --check-prefix=ABORT %s
// RUN: cat out/node-0/exit.2.stderr | %FileCheck --check-prefix=SMASHED %s
// SMASHED: *** stack smashing detected ***: terminated
//
// RUN: %exits 1 %simterpose run -q -o out ./exit overflow 2>&1 | %FileCheck --check-prefix=ABORT %s
// RUN: cat out/node-0/exit.2.stderr | %FileCheck --check-prefix=OVERFLOW %s
// OVERFLOW: *** buffer overflow detected ***: terminated
//
// RUN: %exits 1 %simterpose run -q -o out ./exit handled 2>&1 | %FileCheck --check-prefix=ABORT %s
// RUN: cat out/node-0/exit.2.stdout | %FileCheck --check-prefix=HANDLED %s
// HANDLED: caught SIGABRT
//
// RUN: %exits 1 %simterpose run -v -o out ./exit raise 2>&1 | %FileCheck --check-prefix=RAISE %s
// RAISE: exit.2 on node-0 killed by SIGTERM
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int __cxa_atexit(void (*function)(void*), void* argument, void* dso_handle);
int __cxa_at_quick_exit(void (*function)(void*), void* dso_handle);
void __cxa_finalize(void* dso_handle);
void __stack_chk_fail(void);
void __chk_fail(void);
void __assert(const char* assertion, const char* file, int line);

static const char* way;

static int is(const char* name) { return strcmp(way, name) == 0; }

__attribute__((destructor)) static void destructor(void) {
  if (way && (is("exit") || is("return")))
    puts("destructor");
}

static void first(void) { puts("added first"); }
static void again(void) {
  puts("exits again");
  exit(7);
}
static void with_argument(void* text) { printf("with argument %s\n", (char*)text); }
static void added(void) { puts("added by a function"); }
static void last(int status, void* unused) {
  (void)unused;
  atexit(added);
  printf("added last with status %d\n", status);
}
static void quick_first(void) { puts("quick first"); }
static void quick_second(void* unused) {
  (void)unused;
  puts("quick second");
}
static void caught(int unused) {
  (void)unused;
  puts("caught SIGABRT");
  fflush(stdout);
}
static void of_module(void* text) { puts(text); }

static void* last_thread(void* main_thread) {
  pthread_join(*(pthread_t*)main_thread, NULL);
  puts("last thread");
  return NULL;
}

static void end_in_thread(void) {
  static pthread_t self, thread;
  self = pthread_self();
  pthread_create(&thread, NULL, last_thread, &self);
  pthread_exit(NULL);
}

int main(int argc, char** argv) {
  static int module;
  way = argv[1];
  atexit(first);
  if (is("exit")) {
    atexit(again);
    __cxa_atexit(with_argument, "text", NULL);
    on_exit(last, NULL);
    puts("main");
    exit(7);
  }
  if (is("return")) {
    printf("unfinished line ");
    return 0;
  }
  if (is("_exit") || is("_Exit"))
    printf("never written");
  if (is("_exit"))
    _exit(3);
  if (is("_Exit"))
    _Exit(3);
  if (is("quick")) {
    at_quick_exit(quick_first);
    __cxa_at_quick_exit(quick_second, NULL);
    setvbuf(stdout, NULL, _IONBF, 0);
    quick_exit(4);
  }
  if (is("finalize")) {
    __cxa_atexit(of_module, "of a module", &module);
    __cxa_finalize(&module);
    puts("finalized");
    return 0;
  }
  if (is("thread"))
    end_in_thread();
  if (is("assert"))
    assert(argc == 47);
  if (is("perror"))
    __assert_perror_fail(ENOENT, "file.c", 12, "function");
  if (is("smashed"))
    __stack_chk_fail();
  if (is("overflow"))
    __chk_fail();
  if (is("handled")) {
    signal(SIGABRT, caught);
    abort();
  }
  if (is("raise"))
    raise(SIGTERM);
  return 9;
}
