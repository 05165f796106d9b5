/* wchar.h: wide characters on streams, converted to and from the bytes of the stream as the locale
 * says. */
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <wchar.h>

#include "calls/adapter.h"
#include "file/streams.h"

/* ---- orientation ---- */

int simterpose_fwide(FILE* stream, int mode) {
  FILE* const file = stp_stream_file(stream);
  struct stp_stream_wide* const wide = stp_stream_wide(file);
  if (!wide)
    return fwide(file, mode);
  if (wide->orientation == 0)
    wide->orientation = mode > 0 ? 1 : mode < 0 ? -1 : 0;
  return wide->orientation;
}

static struct stp_stream_wide* wide_of(FILE* file) {
  struct stp_stream_wide* const wide = stp_stream_wide(file);
  if (wide && wide->orientation == 0)
    wide->orientation = 1;
  return wide;
}

/* ---- characters ---- */

static wint_t put(wchar_t character, FILE* file) {
  struct stp_stream_wide* const wide = wide_of(file);
  if (!wide)
    return fputwc(character, file);
  char bytes[MB_LEN_MAX];
  const size_t size = wcrtomb(bytes, character, &wide->out);
  if (size == (size_t)-1 || fwrite(bytes, 1, size, file) != size)
    return WEOF;
  return (wint_t)character;
}

static wint_t get(FILE* file) {
  struct stp_stream_wide* const wide = wide_of(file);
  if (!wide)
    return fgetwc(file);
  for (;;) {
    const int byte = getc_unlocked(file);
    if (byte == EOF)
      return WEOF;
    wchar_t character;
    const size_t used = mbrtowc(&character, &(char){(char)byte}, 1, &wide->in);
    if (used == (size_t)-1)
      return WEOF;
    if (used != (size_t)-2)
      return (wint_t)character;
  }
}

wint_t simterpose_fgetwc(FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return get(entered.file);
}

wint_t simterpose_fputwc(wchar_t character, FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return put(character, entered.file);
}

wint_t simterpose_ungetwc(wint_t character, FILE* stream) {
  STP_STREAM entered = stp_stream_enter(stream);
  if (!wide_of(entered.file))
    return ungetwc(character, entered.file);
  char bytes[MB_LEN_MAX];
  mbstate_t state = {0};
  const size_t size = character == WEOF ? (size_t)-1 : wcrtomb(bytes, (wchar_t)character, &state);
  if (size == (size_t)-1)
    return WEOF;
  for (size_t i = size; i > 0; i--)
    if (ungetc((unsigned char)bytes[i - 1], entered.file) == EOF)
      return WEOF;
  stp_stream_keep_backup(entered.file);
  return character;
}

wint_t simterpose_getwchar(void) { return simterpose_fgetwc(STP_STDIN); }

wint_t simterpose_putwchar(wchar_t character) { return simterpose_fputwc(character, STP_STDOUT); }

/* ---- lines ---- */

wchar_t* simterpose_fgetws(wchar_t* line, int size, FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  int length = 0;
  while (length < size - 1) {
    const wint_t character = get(entered.file);
    if (character == WEOF)
      break;
    line[length++] = (wchar_t)character;
    if (character == L'\n')
      break;
  }
  if (length == 0 && size != 1)
    return NULL;
  line[length] = 0;
  return line;
}

int simterpose_fputws(const wchar_t* text, FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  for (; *text; text++)
    if (put(*text, entered.file) == WEOF)
      return -1;
  return 1;
}

/* ---- formatted output: to memory first ---- */

/* The text in the process's memory, or null with errno. */
static wchar_t* format_text(const wchar_t* format, va_list arguments) {
  wchar_t* made = NULL;
  size_t length = 0;
  FILE* const memory = open_wmemstream(&made, &length);
  if (!memory)
    return NULL;
  const int printed = vfwprintf(memory, format, arguments);
  fclose(memory);
  wchar_t* const text =
      printed < 0 ? NULL : stp_heap_alloc(stp_me->heap, (length + 1) * sizeof *text);
  if (text)
    wmemcpy(text, made, length + 1);
  free(made);
  return text;
}

int simterpose_vfwprintf(FILE* stream, const wchar_t* format, va_list arguments) {
  STP_CALL();
  wchar_t* const text = format_text(format, arguments);
  if (!text)
    return -1;
  const size_t length = wcslen(text);
  const int result = simterpose_fputws(text, stream);
  stp_heap_free(stp_me->heap, text);
  return result < 0 || length > INT_MAX ? -1 : (int)length;
}

int simterpose_fwprintf(FILE* stream, const wchar_t* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vfwprintf(stream, format, arguments);
  va_end(arguments);
  return result;
}

int simterpose_vwprintf(const wchar_t* format, va_list arguments) {
  return simterpose_vfwprintf(STP_STDOUT, format, arguments);
}

int simterpose_wprintf(const wchar_t* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vwprintf(format, arguments);
  va_end(arguments);
  return result;
}

/* ---- fortified ---- */

wchar_t* simterpose___fgetws_chk(wchar_t* line, size_t room, int size, FILE* stream) {
  if (size > 0 && (size_t)size > room)
    stp_process_abort("buffer overflow detected in fgetws");
  return simterpose_fgetws(line, size, stream);
}

int simterpose___vfwprintf_chk(FILE* stream, int flag, const wchar_t* format, va_list arguments) {
  (void)flag;
  return simterpose_vfwprintf(stream, format, arguments);
}

int simterpose___fwprintf_chk(FILE* stream, int flag, const wchar_t* format, ...) {
  (void)flag;
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vfwprintf(stream, format, arguments);
  va_end(arguments);
  return result;
}

int simterpose___vwprintf_chk(int flag, const wchar_t* format, va_list arguments) {
  (void)flag;
  return simterpose_vwprintf(format, arguments);
}

int simterpose___wprintf_chk(int flag, const wchar_t* format, ...) {
  (void)flag;
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vwprintf(format, arguments);
  va_end(arguments);
  return result;
}
