/* regex.h: libc's own, with the memory that it keeps for the program taken from the program's heap:
 * patterns hold pointers to it, matching adds to it, and a forked child needs its own. */
#include <regex.h>

#include "calls/adapter.h"

/* Results of what is called in between; no return may come before leave. */
static void enter(void) { stp_heap_of_libc = stp_me->heap; }
static void leave(void) { stp_heap_of_libc = NULL; }

int simterpose_regcomp(regex_t* pattern, const char* text, int flags) {
  enter();
  const int result = regcomp(pattern, text, flags);
  leave();
  return result;
}

int simterpose_regexec(const regex_t* pattern, const char* text, size_t count,
                       regmatch_t matches[], int flags) {
  enter();
  const int result = regexec(pattern, text, count, matches, flags);
  leave();
  return result;
}

const char* simterpose_re_compile_pattern(const char* text, size_t size,
                                          struct re_pattern_buffer* pattern) {
  enter();
  const char* const result = re_compile_pattern(text, size, pattern);
  leave();
  return result;
}

int simterpose_re_compile_fastmap(struct re_pattern_buffer* pattern) {
  enter();
  const int result = re_compile_fastmap(pattern);
  leave();
  return result;
}

regoff_t simterpose_re_search(struct re_pattern_buffer* pattern, const char* text, regoff_t size,
                              regoff_t start, regoff_t range, struct re_registers* registers) {
  enter();
  const regoff_t result = re_search(pattern, text, size, start, range, registers);
  leave();
  return result;
}

regoff_t simterpose_re_match(struct re_pattern_buffer* pattern, const char* text, regoff_t size,
                             regoff_t start, struct re_registers* registers) {
  enter();
  const regoff_t result = re_match(pattern, text, size, start, registers);
  leave();
  return result;
}

regoff_t simterpose_re_search_2(struct re_pattern_buffer* pattern, const char* first,
                                regoff_t first_size, const char* second, regoff_t second_size,
                                regoff_t start, regoff_t range, struct re_registers* registers,
                                regoff_t stop) {
  enter();
  const regoff_t result =
      re_search_2(pattern, first, first_size, second, second_size, start, range, registers, stop);
  leave();
  return result;
}

regoff_t simterpose_re_match_2(struct re_pattern_buffer* pattern, const char* first,
                               regoff_t first_size, const char* second, regoff_t second_size,
                               regoff_t start, struct re_registers* registers, regoff_t stop) {
  enter();
  const regoff_t result =
      re_match_2(pattern, first, first_size, second, second_size, start, registers, stop);
  leave();
  return result;
}
