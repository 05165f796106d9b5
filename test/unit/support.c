#include "support.h"

#include <stdarg.h>

#include "process/process.h"
#include "trace/log.h"

uint64_t support_seed = 0x9E3779B97F4A7C15;
jmp_buf support_escape;
int support_expected;
struct stp_thread* stp_self;

uint64_t support_random(void) {
  support_seed ^= support_seed >> 12;
  support_seed ^= support_seed << 25;
  support_seed ^= support_seed >> 27;
  return support_seed * 0x2545F4914F6CDD1D;
}

_Noreturn static void end(const char* format, va_list arguments) {
  if (support_expected) {
    support_expected = 0;
    longjmp(support_escape, 1);
  }
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  abort();
}

void stp_fatal(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  end(format, arguments);
}

void stp_process_abort(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  end(format, arguments);
}

void stp_warn(const char* format, ...) { (void)format; }
void stp_info(const char* format, ...) { (void)format; }

void* stp_alloc(size_t size) {
  void* block = calloc(1, size);
  CHECK(block);
  return block;
}

char* stp_strdup(const char* string) {
  char* copy = strdup(string);
  CHECK(copy);
  return copy;
}

void stp_free(void* block) { free(block); }
