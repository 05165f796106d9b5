// What cannot be emulated is warned about, with its place, in groups that can be switched off.
// RUN: %stp_clang -c %s -o %t.o 2>&1 | %FileCheck %s --implicit-check-not=warning:
// RUN: %stp_clang -w -Werror -c %s -o %t.o 2>&1 | count 0
// RUN: %not %stp_clang -Werror -c %s -o %t.o 2>&1 | %FileCheck %s --check-prefix=ERROR
// RUN: %stp_clang -fplugin-arg-simterpose-no-warn -c %s -o %t.o 2>&1 | count 0
// RUN: %stp_clang -fplugin-arg-simterpose-no-warn-refused -fplugin-arg-simterpose-no-warn-asm \
// RUN:   -fplugin-arg-simterpose-no-warn-types -c %s -o %t.o 2>&1 | count 0
// RUN: %not %stp_clang -fplugin-arg-simterpose-no-wran -c %s -o %t.o 2>&1 | %FileCheck %s --check-prefix=ARGUMENT
// RUN: %stp_clang -S -emit-llvm -w %s -o - | %FileCheck %s --check-prefix=SITES
// ARGUMENT: error: simterpose: unknown argument '{{-?}}no-wran'
// ERROR: warnings.c:[[@LINE+6]]:{{.*}}error: 'ptrace' is not emulated
// SITES: section "simterpose_sites"
#include <sys/ptrace.h>
#include <unistd.h>

// CHECK: warnings.c:[[@LINE+1]]:28: warning: 'ptrace' is not emulated: {{.*}}[simterpose-refused]
void refused(void) { (void)ptrace(PTRACE_TRACEME, 0, 0, 0); }

void asked_for_its_type_only(void) { (void)sizeof(__typeof__(ptrace)*); }

// CHECK: warnings.c:[[@LINE+2]]:3: warning: this assembly makes system calls {{.*}}[simterpose-asm]
void assembly(void) {
  __asm__ volatile("syscall" ::: "rcx", "r11", "memory");
}

void no_system_call(void) { __asm__ volatile("# my_syscall_table" ::: "memory"); }

// CHECK: warnings.c:[[@LINE+1]]:5: warning: 'listen' is declared with another type {{.*}}[simterpose-types]
int listen(const char* text);
int uses(void) { return listen("x"); }
