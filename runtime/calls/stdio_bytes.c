/* stdio.h: bytes, lines and blocks; position, buffer and state of a stream. libc does the work, on
 * the process's own stream and with other threads kept out. */
#include <string.h>

#include "calls/adapter.h"
#include "file/streams.h"

/* ---- bytes ---- */

int simterpose_fgetc(FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return getc_unlocked(entered.file);
}

int simterpose_fputc(int byte, FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return putc_unlocked(byte, entered.file);
}

/* What getc_unlocked and putc_unlocked call where they have been expanded in the program. */
int simterpose___uflow(FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return __uflow(entered.file);
}

int simterpose___overflow(FILE* stream, int byte) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return __overflow(entered.file, byte);
}

int simterpose_ungetc(int byte, FILE* stream) {
  STP_STREAM entered = stp_stream_enter(stream);
  const int result = ungetc(byte, entered.file);
  stp_stream_keep_backup(entered.file);
  return result;
}

int simterpose_getchar(void) { return simterpose_fgetc(STP_STDIN); }

int simterpose_putchar(int byte) { return simterpose_fputc(byte, STP_STDOUT); }

/* ---- lines ---- */

char* simterpose_fgets(char* line, int size, FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return fgets(line, size, entered.file);
}

char* simterpose___fgets_chk(char* line, size_t room, int size, FILE* stream) {
  if (size > 0 && (size_t)size > room)
    stp_process_abort("buffer overflow detected in fgets");
  return simterpose_fgets(line, size, stream);
}

static bool make_room(char** line, size_t* size, size_t needed) {
  enum { FIRST = 120 };
  if (*line && *size >= needed)
    return true;
  const size_t wanted = !*line || *size < FIRST / 2 ? FIRST : 2 * *size;
  char* const larger = simterpose_realloc(*line, wanted);
  if (!larger)
    return false;
  *line = larger;
  *size = wanted;
  return true;
}

/* Not libc's, which allocates the line in its own heap. */
ssize_t simterpose_getdelim(char** line, size_t* size, int delimiter, FILE* stream) {
  STP_CALL();
  if (!line || !size)
    return stp_return(-EINVAL);
  STP_STREAM entered = stp_stream_enter(stream);
  if (!make_room(line, size, 1))
    return stp_return(-ENOMEM);
  size_t length = 0;
  for (int byte = 0; length == 0 || byte != delimiter; length++) {
    byte = getc_unlocked(entered.file);
    if (byte == EOF)
      break;
    if (!make_room(line, size, length + 2))
      return stp_return(-ENOMEM);
    (*line)[length] = (char)byte;
  }
  if (length == 0)
    return -1;
  (*line)[length] = 0;
  return (ssize_t)length;
}

ssize_t simterpose_getline(char** line, size_t* size, FILE* stream) {
  return simterpose_getdelim(line, size, '\n', stream);
}

int simterpose_fputs(const char* text, FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return fputs(text, entered.file);
}

int simterpose_puts(const char* text) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(STP_STDOUT);
  if (fputs(text, entered.file) == EOF || putc_unlocked('\n', entered.file) == EOF)
    return EOF;
  const size_t length = strlen(text) + 1;
  return length > 0x7fffffff ? 0x7fffffff : (int)length;
}

/* ---- blocks ---- */

size_t simterpose_fread(void* block, size_t size, size_t count, FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return fread(block, size, count, entered.file);
}

size_t simterpose___fread_chk(void* block, size_t room, size_t size, size_t count, FILE* stream) {
  size_t total;
  if (__builtin_mul_overflow(size, count, &total) || total > room)
    stp_process_abort("buffer overflow detected in fread");
  return simterpose_fread(block, size, count, stream);
}

size_t simterpose_fwrite(const void* block, size_t size, size_t count, FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return fwrite(block, size, count, entered.file);
}

/* ---- position ---- */

int simterpose_fseek(FILE* stream, long offset, int whence) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return fseek(entered.file, offset, whence);
}

long simterpose_ftell(FILE* stream) {
  STP_STREAM entered = stp_stream_enter(stream);
  return ftell(entered.file);
}

void simterpose_rewind(FILE* stream) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  rewind(entered.file);
}

int simterpose_fgetpos(FILE* stream, fpos_t* position) {
  STP_STREAM entered = stp_stream_enter(stream);
  return fgetpos(entered.file, position);
}

int simterpose_fsetpos(FILE* stream, const fpos_t* position) {
  STP_CALL();
  STP_STREAM entered = stp_stream_enter(stream);
  return fsetpos(entered.file, position);
}

/* ---- buffer and state ---- */

int simterpose_setvbuf(FILE* stream, char* buffer, int mode, size_t size) {
  STP_CALL();
  if (buffer || mode == _IONBF) { /* it need not be given one first */
    stp_stream_lock(stream, true);
    const int result = setvbuf(stp_stream_file(stream), buffer, mode, size);
    stp_stream_unlock(stream);
    return result;
  }
  STP_STREAM entered = stp_stream_enter(stream);
  return setvbuf(entered.file, buffer, mode, size);
}

void simterpose_setbuffer(FILE* stream, char* buffer, size_t size) {
  simterpose_setvbuf(stream, buffer, buffer ? _IOFBF : _IONBF, size);
}

void simterpose_setbuf(FILE* stream, char* buffer) { simterpose_setbuffer(stream, buffer, BUFSIZ); }

void simterpose_setlinebuf(FILE* stream) { simterpose_setvbuf(stream, NULL, _IOLBF, 0); }

int simterpose_feof(FILE* stream) { return feof(stp_stream_file(stream)); }

int simterpose_ferror(FILE* stream) { return ferror(stp_stream_file(stream)); }

void simterpose_clearerr(FILE* stream) { clearerr(stp_stream_file(stream)); }
