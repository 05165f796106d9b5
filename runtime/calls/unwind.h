/* Leaving a thread from within its functions. */
#ifndef STP_CALLS_UNWIND_H
#define STP_CALLS_UNWIND_H

/* Goes back to where a jump buffer (jmp_buf, or what begins like one) was made, and no more:
 * setjmp returns `value` there. */
_Noreturn void stp_jump(const void* buffer, int value);

/* The thread's function has returned, or its frames have been unwound: destructors, then the end
 * of the thread; of the process, as by exit(0), if it is the last. On the user stack. */
_Noreturn void stp_unwind_finish(void* result);

/* Unwinds the frames of the calling thread, running cleanup handlers and C++ destructors, then
 * ends it: pthread_exit, thrd_exit. */
_Noreturn void stp_unwind(void* result);

#endif
