/* Lines of traced calls. A call begins a line when it is entered, as far as its arguments are known
 * then, and completes it when it is left. If another line of the same file has come in between, the
 * first one says that it is unfinished, and the call is resumed on a new one: strace's rules, which
 * show what waited while something else happened. Nothing here waits or touches a process that does
 * not run. */
#include "trace/strace.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "process/process.h"
#include "process/program.h"
#include "time/clock.h"
#include "trace/log.h"
#include "trace/strace_output.h"
#include "trace/strace_rows.h"
#include "trace/strace_structs.h"

bool stp_strace_on;
static const char* filter;
extern struct stp_strace_row stp_strace_row_syscall;
static uint64_t calls; /* so far: numbers the lines */

void stp_strace_start(const char* chosen, const char* file) {
  filter = chosen ? chosen : "";
  const char* const unknown = stp_strace_choose(filter);
  if (unknown)
    stp_fatal("--strace: \"%s\" is neither a call nor a class of calls: network, file, desc, "
              "process, signal, ipc, memory, time, creds, thread, libc, all",
              unknown);
  stp_strace_on = true;
  stp_strace_output_start(file);
}

void stp_strace_flush(bool last) {
  if (stp_strace_on)
    stp_strace_output_flush(last ? " <unfinished ...>\n" : NULL);
}

/* ---- lines ---- */

/* Begins one: "[node-0 server.3/4 1.000000] ". */
static struct stp_text* begin(const struct stp_process* process, int tid, double date) {
  struct stp_strace_sink* const sink = process->strace;
  if (sink->open != 0)
    stp_text_put(&sink->text, " <unfinished ...>\n");
  sink->open = 0;
  stp_text_put(&sink->text, "[%s %s", process->host->name, process->label);
  if (tid != process->pid)
    stp_text_put(&sink->text, "/%d", tid);
  stp_text_put(&sink->text, " %.6f] ", date);
  return &sink->text;
}

static void end(struct stp_strace_sink* sink) {
  stp_text_put(&sink->text, "\n");
  sink->open = 0;
  stp_strace_output_line(sink);
}

static double date_now(void) { return stp_self ? stp_now() : stp_engine_now(); }

/* ---- calls ---- */

/* The words of the stack that the callee is given: not beyond what is there. */
static long stack_words(const struct stp_strace_frame* frame) {
  const uintptr_t start = (uintptr_t)(frame + 1) + 2 * sizeof(uintptr_t);
  const long words = frame->stub->stack;
  char byte;
  if (words == 0 || stp_text_read(&byte, start + (uintptr_t)words * sizeof(uintptr_t) - 1, 1))
    return words;
  return (long)((STP_PAGE - start % STP_PAGE) / sizeof(uintptr_t));
}

/* The program may have jumped out of calls: their frames lie below. */
static void keep_outer(struct stp_strace_frame* frame) {
  const bool around = (uintptr_t)stp_self->traced.frame > (uintptr_t)frame;
  frame->outer = around ? stp_self->traced.frame : NULL;
  frame->outer_row = around ? stp_self->traced.row : NULL;
}

static void enter(struct stp_strace_frame* frame) {
  struct stp_strace_sink* const sink = stp_me->strace;
  keep_outer(frame);
  frame->tid = stp_self->tid;
  frame->number = 0;
  stp_self->traced = (struct stp_traced){.frame = frame};
  if (!sink)
    return;
  frame->number = ++calls;
  frame->date = stp_now();
  struct stp_text* const text = begin(stp_me, stp_self->tid, frame->date);
  stp_text_put(text, "%s(", frame->row->name);
  int shown = 0;
  bool late = false;
  for (; !late && stp_strace_has(frame, shown); shown += !late) {
    stp_text_put(text, shown == 0 ? "" : ", ");
    late = frame->row->arguments[shown].kind > STP_STRACE_READ_LATE;
    if (!late)
      stp_strace_argument(text, frame, shown);
  }
  frame->shown = (short)shown;
  sink->open = frame->number;
  stp_self->traced = (struct stp_traced){frame, frame->row, frame->number, frame->date, late};
}

/* Goes on with the line of a call, or with a new one. */
static struct stp_text* resume(const struct stp_process* process, int tid,
                               const struct stp_strace_row* row, uint64_t line) {
  struct stp_strace_sink* const sink = process->strace;
  if (line != 0 && sink->open == line)
    return &sink->text;
  struct stp_text* const text = begin(process, tid, date_now());
  stp_text_put(text, "<... %s resumed>", row->name);
  return text;
}

static void leave(struct stp_strace_frame* frame, int error) {
  if (frame->tid != stp_self->tid)
    return; /* a fork's child: it did not call */
  stp_self->traced = (struct stp_traced){.frame = frame->outer, .row = frame->outer_row};
  if (frame->number == 0)
    return;
  struct stp_text* const text = resume(stp_me, frame->tid, frame->row, frame->number);
  for (int i = frame->shown; stp_strace_has(frame, i); i++) {
    stp_text_put(text, i == frame->shown ? "" : ", ");
    stp_strace_argument(text, frame, i);
  }
  stp_strace_result(text, frame, error);
  stp_text_put(text, " <%.6f>", stp_now() - frame->date);
  end(stp_me->strace);
}

/* Where a null pointer need not be an error, errno tells: such calls find a value in it that nobody
 * sets. */
enum { UNTOUCHED = 32000 };

static bool asks_errno(const struct stp_strace_frame* frame) {
  return frame->row->result == STP_STRACE_RESULT_POINTER;
}

long stp_strace_enter(struct stp_strace_frame* frame) {
  const int error = errno;
  frame->error = (short)error;
  frame->row = frame->stub;
  frame->first = 0;
  if (frame->row == &stp_strace_row_syscall) {
    const struct stp_strace_row* const row = stp_strace_system_call((long)frame->arguments[0]);
    frame->row = row ? row : frame->stub;
    frame->first = row != NULL;
  }
  enter(frame);
  errno = asks_errno(frame) ? UNTOUCHED : error;
  return stack_words(frame);
}

void stp_strace_leave(struct stp_strace_frame* frame) {
  const bool untouched = errno == UNTOUCHED;
  const int error = untouched ? frame->error : errno;
  leave(frame, untouched ? 0 : error);
  errno = error;
}

char* stp_strace_caller(char* sp) {
  const bool stub = stp_strace_on && stp_self->traced.frame == (void*)sp;
  return stub ? sp + sizeof(struct stp_strace_frame) + 2 * sizeof(void*) : sp;
}

/* ---- calls without adapters ---- */

void stp_strace_begin(struct stp_strace_frame* frame, const char* name,
                      const uintptr_t arguments[6]) {
  const int error = errno;
  frame->row = stp_strace_row(name);
  frame->first = 0;
  memcpy(frame->arguments, arguments, sizeof frame->arguments);
  if (frame->row->chosen)
    enter(frame);
  errno = error;
}

void stp_strace_end(struct stp_strace_frame* frame, long result) {
  const int error = errno;
  frame->result = (uintptr_t)(result < 0 ? -1 : result);
  if (frame->row->chosen)
    leave(frame, (int)-result);
  errno = error;
}

/* ---- what else happens to a process ---- */

void stp_strace_signal(const struct stp_process* process, const siginfo_t* info) {
  struct stp_strace_sink* const sink = process->strace;
  if (!sink)
    return;
  const bool own = stp_self && stp_me == process;
  struct stp_text* const text = begin(process, own ? stp_self->tid : process->pid, date_now());
  stp_text_put(text, "--- ");
  stp_show_signal(text, info->si_signo);
  stp_text_put(text, " ");
  stp_show_siginfo(text, info);
  stp_text_put(text, " ---");
  end(sink);
}

void stp_strace_exit(int code) {
  stp_self->traced.row = NULL; /* what it is in was left by a jump, or called exit */
  if (!stp_me->strace || !stp_strace_row("_exit")->chosen)
    return;
  stp_text_put(begin(stp_me, stp_self->tid, stp_now()), "exit_group(%d) = ?", code & 255);
  end(stp_me->strace);
}

void stp_strace_thread_end(struct stp_thread* thread) {
  const struct stp_process* const process = thread->process;
  struct stp_strace_sink* const sink = process->strace;
  if (!sink)
    return;
  if (thread->traced.row) {
    struct stp_text* const text =
        resume(process, thread->tid, thread->traced.row, thread->traced.line);
    stp_text_put(text, thread->traced.late ? " <unfinished ...>) = ?" : ") = ?");
    end(sink);
  }
  if (thread->tid == process->pid)
    return; /* the process is said to end */
  stp_text_put(begin(process, thread->tid, date_now()), "+++ exited with 0 +++");
  end(sink);
}

/* Of a program that was not started by a call, what strace would begin with. */
static void show_start(const struct stp_process* process) {
  if (!stp_strace_row("execve")->chosen)
    return;
  const char* const path = process->executable ? process->executable : process->program->path;
  struct stp_text* const text = begin(process, process->pid, date_now());
  stp_text_put(text, "execve(\"%s\", ", path);
  stp_show_strings(text, (uintptr_t)process->argv);
  stp_text_put(text, ", ");
  stp_show_variables(text, (uintptr_t)process->libc->environ_);
  stp_text_put(text, ") = 0");
  end(process->strace);
}

static void strace_start(struct stp_process* process) {
  if (!stp_strace_on || !stp_strace_host(filter, process->host->name))
    return;
  process->strace = stp_strace_sink_open(process);
  show_start(process);
}

static void strace_fork(struct stp_process* child, struct stp_process* parent) {
  if (parent->strace)
    child->strace = stp_strace_sink_open(child);
}

static void strace_exec(struct stp_process* process) {
  struct stp_thread* const thread = process->threads;
  const struct stp_traced traced = thread->traced;
  thread->traced = (struct stp_traced){.row = NULL};
  if (!process->strace || !traced.row)
    return;
  struct stp_text* const text = resume(process, process->pid, traced.row, traced.line);
  stp_text_put(text, ") = 0 <%.6f>", date_now() - traced.date);
  end(process->strace);
}

static void strace_end(struct stp_process* process) {
  struct stp_strace_sink* const sink = process->strace;
  if (!sink)
    return;
  struct stp_text* const text = begin(process, process->pid, date_now());
  const int status = process->status;
  if (WIFEXITED(status)) {
    stp_text_put(text, "+++ exited with %d +++", WEXITSTATUS(status));
  } else {
    stp_text_put(text, "+++ killed by ");
    stp_show_signal(text, WTERMSIG(status));
    stp_text_put(text, " +++");
  }
  end(sink);
  stp_strace_sink_close(sink);
  process->strace = NULL;
}

const struct stp_process_hooks stp_strace_hooks = {
    .start = strace_start, .fork = strace_fork, .exec = strace_exec, .end = strace_end};
