/* The line discipline (n_tty.c), as far as what is shown goes: it is translated, held up, dropped.
 * And the settings that a terminal begins with. */
#include "process/process.h"
#include "terminal/tty.h"

struct stp_tty_settings stp_tty_standard(void) {
  struct stp_tty_settings settings = {
      .input = ICRNL | IXON,
      .output = OPOST | ONLCR,
      .control = B38400 | CS8 | CREAD | HUPCL,
      .local = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
  };
  static const struct {
    uint8_t index, value;
  } characters[] = {{VINTR, 3},     {VQUIT, 28},   {VERASE, 127}, {VKILL, 21}, {VEOF, 4},
                    {VMIN, 1},      {VSTART, 17},  {VSTOP, 19},   {VSUSP, 26}, {VREPRINT, 18},
                    {VDISCARD, 15}, {VWERASE, 23}, {VLNEXT, 22}};
  for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
    settings.characters[characters[i].index] = characters[i].value;
  return settings;
}

/* What is echoed to a master that never reads is lost in the end. */
static void put(struct stp_tty* tty, uint8_t byte) {
  if (tty->shown_size >= 2 * STP_TTY_OUTPUT)
    return;
  const struct iovec vector = {&byte, 1};
  struct stp_cursor from = {&vector, 1, 0};
  stp_bytes_put(&tty->shown, &from, 1);
  tty->shown_size++;
}

/* do_output_char. */
void stp_tty_show(struct stp_tty* tty, uint8_t character) {
  const uint32_t flags = tty->settings.output;
  if (!(flags & OPOST)) {
    put(tty, character);
    return;
  }
  switch (character) {
  case '\n':
    if (flags & ONLRET)
      tty->column = 0;
    if (flags & ONLCR) {
      tty->column = 0;
      put(tty, '\r');
    }
    break;
  case '\r':
    if (flags & ONOCR && tty->column == 0)
      return;
    if (flags & OCRNL)
      character = '\n';
    if (!(flags & OCRNL) || flags & ONLRET)
      tty->column = 0;
    break;
  case '\t': {
    const int spaces = 8 - (tty->column & 7);
    tty->column += spaces;
    if ((flags & TABDLY) == XTABS) {
      for (int i = 0; i < spaces; i++)
        put(tty, ' ');
      return;
    }
    break;
  }
  case '\b':
    if (tty->column > 0)
      tty->column--;
    break;
  default:
    if (character >= ' ' && character != 127) {
      if (flags & OLCUC && character >= 'a' && character <= 'z')
        character = (uint8_t)(character - 32);
      tty->column++;
    }
  }
  put(tty, character);
}

void stp_tty_stop(struct stp_tty* tty, bool stop) {
  if (tty->stopped == stop)
    return;
  tty->stopped = stop;
  tty->news = (uint8_t)((tty->news & ~(TIOCPKT_STOP | TIOCPKT_START)) |
                        (stop ? TIOCPKT_STOP : TIOCPKT_START));
  stp_tty_notify_slaves(tty);
  stp_tty_notify_master(tty);
}

void stp_tty_flush_shown(struct stp_tty* tty) {
  stp_bytes_clear(&tty->shown);
  tty->shown_size = 0;
  tty->news |= TIOCPKT_FLUSHWRITE;
  stp_tty_notify_slaves(tty);
}
