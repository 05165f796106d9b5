/* Changing stacks (stack.S). */
#ifndef STP_STACK_H
#define STP_STACK_H

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

#endif
