/* What follows the arguments of a traced call. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/select.h>

#include "trace/strace.h"
#include "trace/strace_rows.h"
#include "trace/strace_structs.h"

long stp_strace_returned(const struct stp_strace_frame* frame) {
  return frame->row->result == STP_STRACE_RESULT_LONG ? (long)frame->result : (int)frame->result;
}

bool stp_strace_failed(const struct stp_strace_frame* frame) {
  switch (frame->row->result) {
  case STP_STRACE_RESULT_INT:
  case STP_STRACE_RESULT_LONG:
  case STP_STRACE_RESULT_FCNTL:
    return stp_strace_returned(frame) == -1;
  case STP_STRACE_RESULT_POINTER:
    return frame->result == 0 || frame->result == (uintptr_t)-1;
  case STP_STRACE_RESULT_ERROR:
    return (int)frame->result != 0;
  default:
    return false;
  }
}

static void put_error(struct stp_text* text, int error) {
  const char* const name = strerrorname_np(error);
  if (name)
    stp_text_put(text, " %s (%s)", name, strerrordesc_np(error));
}

/* ---- what is ready: poll and select ---- */

static void put_ready_sets(struct stp_text* text, const struct stp_strace_frame* frame) {
  static const char* const names[] = {"", "in", "out", "except"};
  const char* before = " (";
  for (int i = 1; i <= 3; i++) {
    struct stp_text set = {0};
    const uintptr_t from = stp_strace_value(frame, i);
    if (from != 0 && stp_show_fdset(&set, from, stp_strace_value(frame, 0)) > 0) {
      stp_text_put(text, "%s%s ", before, names[i]);
      stp_text_bytes(text, set.start, set.size);
      before = ", ";
    }
    stp_text_free(&set);
  }
  stp_text_put(text, before[0] == ',' ? ")" : "");
}

static void put_ready(struct stp_text* text, const struct stp_strace_frame* frame) {
  const int result = (int)frame->result;
  const int kind = frame->row->arguments[0].kind, second = frame->row->arguments[1].kind;
  if (kind != STP_STRACE_POLLFDS && second != STP_STRACE_FDSET)
    return;
  if (result == 0) {
    stp_text_put(text, " (Timeout)");
  } else if (result > 0 && kind == STP_STRACE_POLLFDS) {
    stp_text_put(text, " (");
    stp_show_pollfds(text, stp_strace_value(frame, 0), stp_strace_value(frame, 1), true);
    stp_text_put(text, ")");
  } else if (result > 0) {
    put_ready_sets(text, frame);
  }
}

/* ---- results ---- */

static void put_fcntl(struct stp_text* text, const struct stp_strace_frame* frame) {
  const unsigned result = (unsigned)frame->result, command = (unsigned)stp_strace_value(frame, 1);
  if (command == F_GETFL || (command == F_GETFD && result != 0)) {
    stp_text_put(text, "%#x (flags ", result);
    stp_text_flags(text, command == F_GETFL ? &stp_flags_open : &stp_flags_fd, result);
    stp_text_put(text, ")");
  } else {
    stp_text_put(text, "%d", (int)result);
  }
}

void stp_strace_result(struct stp_text* text, const struct stp_strace_frame* frame, int error) {
  stp_text_put(text, ") = ");
  const enum stp_strace_result kind = frame->row->result;
  const bool failed = stp_strace_failed(frame);
  if (kind == STP_STRACE_RESULT_ERROR) {
    stp_text_put(text, "%d", (int)frame->result);
    if (failed)
      put_error(text, (int)frame->result);
    return;
  }
  if (failed) {
    stp_text_put(text, kind == STP_STRACE_RESULT_POINTER && frame->result == 0 ? "NULL" : "-1");
    if (error != 0)
      put_error(text, error);
    return;
  }
  switch (kind) {
  case STP_STRACE_RESULT_NOTHING:
    stp_text_put(text, "<void>");
    break;
  case STP_STRACE_RESULT_UNSIGNED:
    stp_text_put(text, "%u", (unsigned)frame->result);
    break;
  case STP_STRACE_RESULT_LONG:
    stp_text_put(text, "%ld", (long)frame->result);
    break;
  case STP_STRACE_RESULT_POINTER:
    stp_text_pointer(text, frame->result);
    break;
  case STP_STRACE_RESULT_ADDRESS:
    stp_show_handler(text, frame->result);
    break;
  case STP_STRACE_RESULT_MODE:
    stp_text_put(text, "%#03o", (unsigned)frame->result);
    break;
  case STP_STRACE_RESULT_DOUBLE:
    stp_text_put(text, "%g", frame->result_double);
    break;
  case STP_STRACE_RESULT_FCNTL:
    put_fcntl(text, frame);
    break;
  default:
    stp_text_put(text, "%d", (int)frame->result);
    put_ready(text, frame);
  }
}
