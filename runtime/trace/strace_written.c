/* Arguments through which a call has written something. */
#include <limits.h>
#include <sys/ioctl.h>

#include "trace/strace.h"
#include "trace/strace_rows.h"
#include "trace/strace_structs.h"

void stp_show_word(struct stp_text* text, uintptr_t from, size_t size, const char* format) {
  uint64_t word = 0;
  if (from == 0 || !stp_text_read(&word, from, size))
    stp_text_pointer(text, from);
  else
    stp_text_put(text, format, size == 4 ? (long)(int32_t)word : (long)word);
}

/* The words of a message and its type: struct msgbuf. */
void stp_show_msgbuf(struct stp_text* text, uintptr_t from, size_t size) {
  long type;
  if (!stp_text_read(&type, from, sizeof type)) {
    stp_text_pointer(text, from);
    return;
  }
  stp_text_put(text, "{mtype=%ld, mtext=", type);
  stp_text_quoted(text, from + sizeof type, size, STP_TEXT_CUT);
  stp_text_put(text, "}");
}

static void put_ioctl_argument(struct stp_text* text, unsigned request, uintptr_t value) {
  int number;
  struct winsize window;
  switch (request) {
  case FIONBIO:
  case FIONREAD:
  case FIOASYNC:
  case TIOCOUTQ:
  case TIOCGPGRP:
  case TIOCSPGRP:
  case TIOCGPTN:
  case TIOCSPTLCK:
  case TIOCGSID:
    if (stp_text_read(&number, value, sizeof number)) {
      stp_text_put(text, "[%d]", number);
      return;
    }
    break;
  case TIOCGWINSZ:
  case TIOCSWINSZ:
    if (stp_text_read(&window, value, sizeof window)) {
      stp_text_put(text, "{ws_row=%d, ws_col=%d, ws_xpixel=%d, ws_ypixel=%d}", window.ws_row,
                   window.ws_col, window.ws_xpixel, window.ws_ypixel);
      return;
    }
    break;
  default:
    break;
  }
  stp_text_pointer(text, value);
}

static size_t written(const struct stp_strace_frame* frame) {
  const long result = stp_strace_returned(frame);
  return result > 0 ? (size_t)result : 0;
}

static unsigned length_at(uintptr_t from) {
  unsigned length = 0;
  return from != 0 && stp_text_read(&length, from, sizeof length) ? length : 0;
}

/* What a call has written, which has not failed. */
void stp_strace_written(struct stp_text* text, const struct stp_strace_frame* frame, int number) {
  const struct stp_strace_argument* const argument = &frame->row->arguments[number];
  const uintptr_t value = stp_strace_value(frame, number);
  const uintptr_t other = stp_strace_value(frame, argument->by & 7);
  int status;
  switch ((enum stp_strace_kind)argument->kind) {
  case STP_STRACE_BYTES_OUT:
    stp_text_quoted(text, value, written(frame), STP_TEXT_CUT);
    break;
  case STP_STRACE_STRING_OUT:
    stp_text_string(text, value, PATH_MAX - 1);
    break;
  case STP_STRACE_IOVEC_OUT:
    stp_show_iovec(text, value, other, written(frame));
    break;
  case STP_STRACE_FDS_OUT:
    stp_show_ints(text, value, 2);
    break;
  case STP_STRACE_INT_OUT:
  case STP_STRACE_LENGTH_OUT:
    stp_show_word(text, value, sizeof(int), "[%ld]");
    break;
  case STP_STRACE_ID_OUT:
    stp_show_word(text, value, sizeof(int), "[%lu]");
    break;
  case STP_STRACE_LONG_OUT:
  case STP_STRACE_ULONG_OUT:
    stp_show_word(text, value, sizeof(long), "[%ld]");
    break;
  case STP_STRACE_PTR_OUT:
    stp_show_word(text, value, sizeof(long), "[%#lx]");
    break;
  case STP_STRACE_INTS_OUT:
    stp_show_ints(text, value, written(frame));
    break;
  case STP_STRACE_CPUS_OUT:
    stp_show_cpus(text, value, other);
    break;
  case STP_STRACE_IOCTL_ARGUMENT:
    put_ioctl_argument(text, (unsigned)other, value);
    break;
  case STP_STRACE_EPOLL_EVENTS_OUT:
    stp_show_epoll_events(text, value, written(frame));
    break;
  case STP_STRACE_ADDRESS_OUT:
    stp_show_address(text, value, length_at(other));
    break;
  case STP_STRACE_MESSAGE_OUT:
    stp_show_message(text, value, written(frame));
    break;
  case STP_STRACE_MESSAGES_OUT:
    stp_show_messages(text, value, written(frame));
    break;
  case STP_STRACE_OPTION_VALUE_OUT:
    stp_show_option_value(text, (int)stp_strace_value(frame, 1), (int)stp_strace_value(frame, 2),
                          value, length_at(other));
    break;
  case STP_STRACE_STATUS_OUT:
    if (value == 0 || stp_strace_returned(frame) == 0 ||
        !stp_text_read(&status, value, sizeof status))
      stp_text_pointer(text, value);
    else
      stp_show_status(text, status);
    break;
  case STP_STRACE_MSGBUF_OUT:
    stp_show_msgbuf(text, value, written(frame));
    break;
  default: /* what is left of a sleep is there only if it failed */
    stp_text_pointer(text, value);
  }
}
