/* pthread.h: pthread_exit and the cleanup handlers that it runs.
 *
 * Handlers come in two forms. C compiled without exceptions registers a jump buffer per handler
 * (__pthread_register_cancel); jumping there calls the handler, which comes back through
 * __pthread_unwind_next. C++, and C with -fexceptions, leave it to destructors: the frames are
 * unwound as by an exception that nobody may catch (_Unwind_ForcedUnwind), and where a frame with a
 * jump buffer is passed we jump. */
#include <stdint.h>
#include <unwind.h>

#include "calls/adapter.h"
#include "calls/exit.h"
#include "calls/unwind.h"
#include "file/fdtable.h"
#include "sync/threads.h"

/* The words after the jump buffer are ours. */
static __pthread_unwind_buf_t** outer_of(__pthread_unwind_buf_t* buffer) {
  return (__pthread_unwind_buf_t**)&buffer->__pad[0];
}

void simterpose___pthread_register_cancel(__pthread_unwind_buf_t* buffer) {
  struct stp_thread_record* const self = stp_thread_record_self();
  *outer_of(buffer) = self->cleanup;
  self->cleanup = buffer;
}

void simterpose___pthread_unregister_cancel(__pthread_unwind_buf_t* buffer) {
  stp_thread_record_self()->cleanup = *outer_of(buffer);
}

void simterpose___pthread_unwind_next(__pthread_unwind_buf_t* buffer) {
  struct stp_thread_record* const self = stp_thread_record_self();
  self->cleanup = *outer_of(buffer);
  stp_unwind(self->result);
}

void stp_unwind_finish(void* result) {
  stp_fd_release_below((void*)UINTPTR_MAX); /* of calls that a handler has ended the thread in */
  if (stp_me->thread_count == 1)
    stp_exit(0);
  stp_thread_exit(result);
}

/* Called for each frame, innermost first; the context's CFA is where the frame begins. */
static _Unwind_Reason_Code pass_frame(int version, _Unwind_Action actions,
                                      _Unwind_Exception_Class class,
                                      struct _Unwind_Exception* exception,
                                      struct _Unwind_Context* context, void* unused) {
  (void)version, (void)class, (void)exception, (void)unused;
  struct stp_thread_record* const self = stp_thread_record_self();
  const bool at_end = (actions & _UA_END_OF_STACK) != 0;
  if (self->cleanup != NULL &&
      (at_end || (uintptr_t)_Unwind_GetCFA(context) > (uintptr_t)self->cleanup))
    stp_jump(self->cleanup, 1);
  if (at_end)
    stp_unwind_finish(self->result);
  return _URC_NO_REASON;
}

/* A `catch (...)` that does not rethrow, which C++ forbids for a forced unwinding. */
static void caught(_Unwind_Reason_Code reason, struct _Unwind_Exception* exception) {
  (void)reason, (void)exception;
  stp_process_abort("FATAL: exception not rethrown");
}

void stp_unwind(void* result) {
  stp_self->cancelled = false;
  stp_self->cancel_disabled = true;
  struct stp_thread_record* const self = stp_thread_record_self();
  self->result = result;
  self->unwinding = (struct _Unwind_Exception){.exception_cleanup = caught};
  _Unwind_ForcedUnwind(&self->unwinding, pass_frame, NULL);
  /* The end of the stack could not be reached: code without unwind tables. */
  if (self->cleanup != NULL)
    stp_jump(self->cleanup, 1);
  stp_unwind_finish(result);
}

void simterpose_pthread_exit(void* result) {
  STP_CALL();
  stp_unwind(result);
}
