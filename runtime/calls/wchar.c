/* wchar.h: wide characters on streams. */
#include <stdarg.h>
#include <wchar.h>

#include "calls/adapter.h"
#include "file/streams.h"

wint_t simterpose_fgetwc(FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return fgetwc(entered.file);
}

wint_t simterpose_fputwc(wchar_t character, FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return fputwc(character, entered.file);
}

wint_t simterpose_ungetwc(wint_t character, FILE* stream) {
  STP_STREAM entered = stp_stream_enter(stream);
  return ungetwc(character, entered.file);
}

wint_t simterpose_getwchar(void) { return simterpose_fgetwc(STP_STDIN); }

wint_t simterpose_putwchar(wchar_t character) { return simterpose_fputwc(character, STP_STDOUT); }

wchar_t* simterpose_fgetws(wchar_t* line, int size, FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return fgetws(line, size, entered.file);
}

int simterpose_fputws(const wchar_t* text, FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return fputws(text, entered.file);
}

int simterpose_fwide(FILE* stream, int mode) { return fwide(stp_stream_file(stream), mode); }

int simterpose_vfwprintf(FILE* stream, const wchar_t* format, va_list arguments) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return vfwprintf(entered.file, format, arguments);
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

int simterpose_vfwscanf(FILE* stream, const wchar_t* format, va_list arguments) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return vfwscanf(entered.file, format, arguments);
}

int simterpose_fwscanf(FILE* stream, const wchar_t* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vfwscanf(stream, format, arguments);
  va_end(arguments);
  return result;
}

int simterpose_vwscanf(const wchar_t* format, va_list arguments) {
  return simterpose_vfwscanf(STP_STDIN, format, arguments);
}

int simterpose_wscanf(const wchar_t* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = simterpose_vwscanf(format, arguments);
  va_end(arguments);
  return result;
}
