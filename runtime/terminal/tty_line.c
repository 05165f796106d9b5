/* The line discipline (n_tty.c), as far as what is typed goes: it is edited, echoed and made
 * signals of. */
#include <signal.h>
#include <string.h>

#include "process/process.h"
#include "terminal/tty.h"

enum { DISABLED = 0 /* _POSIX_VDISABLE */ };

static bool input(const struct stp_tty* tty, uint32_t flag) { return tty->settings.input & flag; }
static bool local(const struct stp_tty* tty, uint32_t flag) { return tty->settings.local & flag; }

/* ---- echo ---- */

static bool is_control(uint8_t character) { return character < ' ' || character == 127; }

/* How wide it is where it is echoed. */
static int width_of(const struct stp_tty* tty, uint8_t character, int column) {
  if (character == '\t')
    return 8 - (column & 7);
  return is_control(character) ? (local(tty, ECHOCTL) ? 2 : 0) : 1;
}

static void echo(struct stp_tty* tty, uint8_t character) {
  if (local(tty, ECHOCTL) && is_control(character) && character != '\t') {
    stp_tty_show(tty, '^');
    stp_tty_show(tty, character ^ 64);
  } else {
    stp_tty_show(tty, character);
  }
}

static void echo_string(struct stp_tty* tty, const char* text) {
  while (*text)
    stp_tty_show(tty, (uint8_t)*text++);
}

/* ---- erasing ---- */

static int edited(const struct stp_tty* tty) { return tty->typed_count - tty->ready; }

/* The column where a character of the edited line stands. */
static int column_of(const struct stp_tty* tty, int index) {
  int column = tty->line_start;
  for (int i = tty->ready; i < index; i++)
    column += width_of(tty, (uint8_t)tty->typed[i], column);
  return column;
}

/* The last character of the line goes, also where it is seen. */
static void erase_one(struct stp_tty* tty) {
  const uint8_t character = (uint8_t)tty->typed[tty->typed_count - 1];
  const int width = width_of(tty, character, column_of(tty, tty->typed_count - 1));
  tty->typed_count--;
  if (!local(tty, ECHO))
    return;
  if (!local(tty, ECHOE))
    echo(tty, tty->settings.characters[VERASE]);
  else
    for (int i = 0; i < width; i++)
      echo_string(tty, character == '\t' ? "\b" : "\b \b");
}

static bool is_word(uint8_t character) {
  return character == '_' || (character >= '0' && character <= '9') ||
         (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         character >= 128;
}

static void erase_word(struct stp_tty* tty) {
  bool in_word = false;
  while (edited(tty) > 0) {
    const bool word = is_word((uint8_t)tty->typed[tty->typed_count - 1]);
    if (in_word && !word)
      return;
    in_word |= word;
    erase_one(tty);
  }
}

static void kill_line(struct stp_tty* tty) {
  const bool seen = local(tty, ECHO),
             by_one = local(tty, ECHOK) && local(tty, ECHOKE) && local(tty, ECHOE);
  if (seen && by_one) {
    while (edited(tty) > 0)
      erase_one(tty);
    return;
  }
  tty->typed_count = tty->ready;
  if (!seen)
    return;
  echo(tty, tty->settings.characters[VKILL]);
  if (local(tty, ECHOK))
    stp_tty_show(tty, '\n');
}

static void reprint(struct stp_tty* tty) {
  echo(tty, tty->settings.characters[VREPRINT]);
  stp_tty_show(tty, '\n');
  for (int i = tty->ready; i < tty->typed_count; i++)
    echo(tty, (uint8_t)tty->typed[i]);
}

/* ---- typed ---- */

static bool lines(const struct stp_tty* tty) { return local(tty, ICANON); }

size_t stp_tty_room(const struct stp_tty* tty) {
  const int left = STP_TTY_INPUT - 1 - tty->typed_count;
  /* Nobody could ever read an endless line: its rest is lost instead. */
  return lines(tty) && tty->ready == 0 ? SIZE_MAX : left > 0 ? (size_t)left : 0;
}

static void add(struct stp_tty* tty, unsigned character) {
  if (tty->typed_count == STP_TTY_INPUT - (character & STP_TTY_END ? 0 : 1))
    return;
  tty->typed[tty->typed_count++] = (uint16_t)character;
}

/* What has been typed can be read. */
static void finish(struct stp_tty* tty) {
  tty->ready = tty->typed_count;
  stp_tty_notify_slaves(tty);
}

void stp_tty_flush_typed(struct stp_tty* tty) {
  tty->typed_count = tty->ready = 0;
  tty->news |= TIOCPKT_FLUSHREAD;
  stp_tty_notify_master(tty);
}

static bool is_special(const struct stp_tty* tty, int index, uint8_t character) {
  const uint8_t special = tty->settings.characters[index];
  return special != DISABLED && special == character;
}

static void interrupt(struct stp_tty* tty, int signal, uint8_t character) {
  if (!local(tty, NOFLSH)) {
    stp_tty_flush_typed(tty);
    stp_tty_flush_shown(tty);
  }
  if (input(tty, IXON))
    stp_tty_stop(tty, false);
  if (local(tty, ECHO))
    echo(tty, character);
  stp_tty_signal(tty, signal);
}

/* Whether it was a character that makes a signal. */
static bool made_signal(struct stp_tty* tty, uint8_t character) {
  static const struct {
    int index, signal;
  } makers[] = {{VINTR, SIGINT}, {VQUIT, SIGQUIT}, {VSUSP, SIGTSTP}};
  for (int i = 0; local(tty, ISIG) && i < 3; i++)
    if (is_special(tty, makers[i].index, character)) {
      interrupt(tty, makers[i].signal, character);
      return true;
    }
  return false;
}

/* Whether it was one that edits the line. */
static bool edited_line(struct stp_tty* tty, uint8_t character) {
  const bool extended = local(tty, IEXTEN);
  if (is_special(tty, VERASE, character)) {
    if (edited(tty) > 0)
      erase_one(tty);
  } else if (is_special(tty, VKILL, character)) {
    kill_line(tty);
  } else if (extended && is_special(tty, VWERASE, character)) {
    erase_word(tty);
  } else if (extended && local(tty, ECHO) && is_special(tty, VREPRINT, character)) {
    reprint(tty);
  } else if (extended && is_special(tty, VLNEXT, character)) {
    tty->literal = true;
    if (local(tty, ECHO) && local(tty, ECHOCTL))
      echo_string(tty, "^\b");
  } else {
    return false;
  }
  return true;
}

/* Whether it ended the line. */
static bool ended_line(struct stp_tty* tty, uint8_t character) {
  if (is_special(tty, VEOF, character)) {
    add(tty, STP_TTY_END | STP_TTY_HIDDEN);
    finish(tty);
    return true;
  }
  const bool other =
      is_special(tty, VEOL, character) || (local(tty, IEXTEN) && is_special(tty, VEOL2, character));
  if (character != '\n' && !other)
    return false;
  if (character == '\n' ? local(tty, ECHO) || local(tty, ECHONL) : local(tty, ECHO)) {
    if (character == '\n')
      stp_tty_show(tty, character);
    else
      echo(tty, character);
  }
  add(tty, STP_TTY_END | character);
  finish(tty);
  return true;
}

static void type_plain(struct stp_tty* tty, uint8_t character) {
  if (edited(tty) == 0 || !lines(tty))
    tty->line_start = tty->column;
  if (local(tty, ECHO)) {
    if (character == '\n')
      stp_tty_show(tty, character);
    else
      echo(tty, character);
  }
  add(tty, character);
  if (!lines(tty))
    finish(tty);
}

/* n_tty_receive_char_special. */
void stp_tty_type(struct stp_tty* tty, uint8_t character) {
  if (input(tty, ISTRIP))
    character &= 127;
  if (tty->literal) {
    tty->literal = false;
    type_plain(tty, character);
    stp_tty_notify_master(tty);
    return;
  }
  if (input(tty, IXON) && is_special(tty, VSTART, character)) {
    stp_tty_stop(tty, false);
    return;
  }
  if (input(tty, IXON) && is_special(tty, VSTOP, character)) {
    stp_tty_stop(tty, true);
    return;
  }
  if (!made_signal(tty, character)) {
    if (tty->stopped && input(tty, IXON) && input(tty, IXANY))
      stp_tty_stop(tty, false);
    if (character == '\r' && input(tty, IGNCR))
      return;
    if (character == '\r' && input(tty, ICRNL))
      character = '\n';
    else if (character == '\n' && input(tty, INLCR))
      character = '\r';
    if (!lines(tty) || (!edited_line(tty, character) && !ended_line(tty, character)))
      type_plain(tty, character);
  }
  stp_tty_notify_master(tty);
}

/* ---- read ---- */

bool stp_tty_readable(const struct stp_tty* tty, bool poll) {
  const uint8_t* const characters = tty->settings.characters;
  const int least =
      poll && !lines(tty) && !characters[VTIME] && characters[VMIN] ? characters[VMIN] : 1;
  return tty->ready >= least;
}

size_t stp_tty_take(struct stp_tty* tty, struct stp_cursor* to, size_t size) {
  size_t given = 0;
  int used = 0;
  while (used < tty->ready) {
    const unsigned one = tty->typed[used];
    const bool hidden = one & STP_TTY_HIDDEN, end = lines(tty) && one & STP_TTY_END;
    if (!hidden && given == size)
      break;
    used++;
    if (!hidden)
      given += stp_cursor_store(to, &(uint8_t){(uint8_t)one}, 1);
    if (end || (hidden && lines(tty)))
      break;
  }
  tty->typed_count -= used;
  tty->ready -= used;
  memmove(tty->typed, tty->typed + used, (size_t)tty->typed_count * sizeof *tty->typed);
  if (used > 0)
    stp_tty_notify_master(tty);
  return given;
}

void stp_tty_set(struct stp_tty* tty, const struct stp_tty_settings* settings) {
  const bool was = lines(tty);
  tty->settings = *settings;
  if (was != lines(tty))
    finish(tty);
  if (!input(tty, IXON))
    stp_tty_stop(tty, false);
}
