/* regex.h: libc's own, with the memory that it keeps for the program taken from the program's heap:
 * patterns hold pointers to it, matching adds to it, and a forked child needs its own. */
#include <regex.h>

#include "calls/adapter.h"
#include "calls/libc_heap.h"

int simterpose_regcomp(regex_t* pattern, const char* text, int flags) {
  STP_LIBC_HEAP();
  return regcomp(pattern, text, flags);
}

int simterpose_regexec(const regex_t* pattern, const char* text, size_t count, regmatch_t* matches,
                       int flags) {
  STP_LIBC_HEAP();
  return regexec(pattern, text, count, matches, flags);
}

reg_syntax_t simterpose_re_set_syntax(reg_syntax_t syntax) {
  const reg_syntax_t old = stp_me->libc->re_syntax_options_;
  stp_me->libc->re_syntax_options_ = syntax;
  return old;
}

const char* simterpose_re_compile_pattern(const char* text, size_t size,
                                          struct re_pattern_buffer* pattern) {
  STP_LIBC_HEAP();
  re_syntax_options = stp_me->libc->re_syntax_options_;
  return re_compile_pattern(text, size, pattern);
}

int simterpose_re_compile_fastmap(struct re_pattern_buffer* pattern) {
  STP_LIBC_HEAP();
  return re_compile_fastmap(pattern);
}

regoff_t simterpose_re_search(struct re_pattern_buffer* pattern, const char* text, regoff_t size,
                              regoff_t start, regoff_t range, struct re_registers* registers) {
  STP_LIBC_HEAP();
  return re_search(pattern, text, size, start, range, registers);
}

regoff_t simterpose_re_match(struct re_pattern_buffer* pattern, const char* text, regoff_t size,
                             regoff_t start, struct re_registers* registers) {
  STP_LIBC_HEAP();
  return re_match(pattern, text, size, start, registers);
}

regoff_t simterpose_re_search_2(struct re_pattern_buffer* pattern, const char* first,
                                regoff_t first_size, const char* second, regoff_t second_size,
                                regoff_t start, regoff_t range, struct re_registers* registers,
                                regoff_t stop) {
  STP_LIBC_HEAP();
  return re_search_2(pattern, first, first_size, second, second_size, start, range, registers,
                     stop);
}

regoff_t simterpose_re_match_2(struct re_pattern_buffer* pattern, const char* first,
                               regoff_t first_size, const char* second, regoff_t second_size,
                               regoff_t start, struct re_registers* registers, regoff_t stop) {
  STP_LIBC_HEAP();
  return re_match_2(pattern, first, first_size, second, second_size, start, registers, stop);
}
