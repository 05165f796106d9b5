/* Changing stacks (stack.S). */
#ifndef STP_STACK_H
#define STP_STACK_H

#include <stddef.h>

/* Calls function(argument), which must not return, on the stack that ends at `user_top`; returns
 * when stp_stack_leave is given what it stored in *kernel_sp. */
void stp_stack_enter(void** kernel_sp, void* user_top, void (*function)(void*), void* argument);

/* Abandons the current stack and returns from stp_stack_enter. */
void stp_stack_leave(void* kernel_sp);

/* Calls function(argument) on the kernel stack below `kernel_sp`, and comes back. */
void stp_stack_call(void* kernel_sp, void (*function)(void*), void* argument);

/* Calls function(argument) there with *user_sp set to where a copy of the calling stack, made by
 * function, can be resumed. Returns 0; in a copy resumed, 1. */
int stp_stack_fork(void** user_sp, void* kernel_sp, void (*function)(void*), void* argument);

/* Resumes such a copy; returns when stp_stack_leave is given what it stored in *kernel_sp. */
void stp_stack_resume(void** kernel_sp, void* user_sp);

/* The frames in [low, high) are abandoned: what AddressSanitizer knows of them is forgotten. */
#ifdef __SANITIZE_ADDRESS__
void __asan_unpoison_memory_region(void const volatile* start, size_t size);
static inline void stp_stack_abandon(const void* low, const void* high) {
  enum { MOST = 16 << 20 }; /* else they are of different stacks */
  const size_t size = (size_t)((const char*)high - (const char*)low);
  if (size < MOST)
    __asan_unpoison_memory_region(low, size);
}
#else
static inline void stp_stack_abandon(const void* low, const void* high) { (void)low, (void)high; }
#endif

#endif
