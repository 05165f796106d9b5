/* The frame of a handler lies on the program's stack, like the kernel's: a copy of the kernel's own
 * from the real signal stack. Returning from the handler returns from that copy (rt_sigreturn). */
#include "process/fault.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "process/process.h"
#include "process/signals.h"
#include "process/stack.h"

enum { RED_ZONE = 128, FXSAVE = 512, XSAVE_ALIGN = 64, DIRECTION = 0x400, TRAP = 0x100 };
enum { ABANDONED = 32 << 10 }; /* how far handlers before may have gone that jumped out */

/* What the kernel knows of ucontext_t: its signal set is one word. */
enum { KERNEL_CONTEXT = offsetof(ucontext_t, uc_sigmask) + 8 };

struct frame {
  ucontext_t context;
  siginfo_t info;
};

bool stp_fault_delivering;

/* Bytes of floating-point and vector state in a signal frame (asm/sigcontext.h, _fpx_sw_bytes). */
static size_t state_size(const struct _libc_fpstate* state) {
  struct {
    uint32_t magic, size;
  } extended;
  memcpy(&extended, (const char*)state + 464, sizeof extended);
  return extended.magic == 0x46505853 ? extended.size : FXSAVE;
}

/* fault_frame.S: goes on with stp_fault_handle for the frame in rbx. */
void stp_fault_enter(void);
void stp_fault_handle(struct frame* frame);

/* On the handler's stack, instead of the instruction that faulted. */
void stp_fault_handle(struct frame* frame) {
  ucontext_t* const context = &frame->context;
  const stack_t real_stack = context->uc_stack;
  const sigset_t real_mask = context->uc_sigmask;
  context->uc_stack = stp_self->alternate;
  stp_signal_fault(&frame->info, context);
  context->uc_stack = real_stack;
  context->uc_sigmask = real_mask;
}

static bool has_handler(int signal) {
  const struct sigaction action = stp_signal_disposition(stp_me, signal);
  return action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN &&
         (stp_signal_blocked() & STP_SIGBIT(signal)) == 0;
}

bool stp_fault_deliver(const siginfo_t* info, ucontext_t* context) {
  if (!has_handler(info->si_signo))
    return false;
  greg_t* const registers = context->uc_mcontext.gregs;
  char* const sp = (char*)(uintptr_t)registers[REG_RSP];
  char* top = stp_signal_stack(info->si_signo, sp);
  if (top == NULL)
    top = sp - RED_ZONE;
  const size_t size = state_size(context->uc_mcontext.fpregs);
  char* const state = (char*)(((uintptr_t)top - size) & ~(uintptr_t)(XSAVE_ALIGN - 1));
  struct frame* const frame =
      (struct frame*)(((uintptr_t)state - sizeof *frame) & ~(uintptr_t)(XSAVE_ALIGN - 1));
  stp_stack_abandon((char*)frame - ABANDONED, top);
  stp_fault_delivering = true;
  ((uint64_t*)frame)[-1] = 0; /* there is room for a call */
  memset(frame, 0, sizeof *frame);
  memcpy(&frame->context, context, KERNEL_CONTEXT);
  memcpy(state, context->uc_mcontext.fpregs, size);
  stp_fault_delivering = false;
  frame->context.uc_mcontext.fpregs = (struct _libc_fpstate*)state;
  frame->info = *info;
  registers[REG_RIP] = (greg_t)(uintptr_t)stp_fault_enter;
  registers[REG_RSP] = registers[REG_RBX] = (greg_t)(uintptr_t)frame;
  registers[REG_EFL] &= ~(greg_t)(TRAP | DIRECTION);
  return true;
}
