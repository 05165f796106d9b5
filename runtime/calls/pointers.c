/* The rules of pointers.def, and how they are checked. */
#include "calls/pointers.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <time.h>

#include "file/description.h"
#include "file/fdtable.h"
#include "process/probe.h"
#include "process/region.h"

/* ---- the table ---- */

#define RULE(maybe, kind, a, by, value, size)                                                      \
  { STP_RULE_##kind, maybe, a, by, value, size }
#define FD(a) RULE(false, FD, a, 0, 0, 0)
#define NUMBER RULE(false, NUMBER, 0, 0, 0, 0)
#define NOTHING RULE(false, NOTHING, 0, 0, 0, 0)
#define READY(events, a) RULE(false, READY, 0, a, events, 0)
#define IN(a, size) RULE(false, IN, a, STP_ONE, 0, size)
#define OUT(a, size) RULE(false, OUT, a, STP_ONE, 0, size)
#define MAYBE_IN(a, size) RULE(true, IN, a, STP_ONE, 0, size)
#define MAYBE_OUT(a, size) RULE(true, OUT, a, STP_ONE, 0, size)
#define IN_BY(a, n) RULE(false, IN, a, n, 0, 1)
#define OUT_BY(a, n) RULE(false, OUT, a, n, 0, 1)
#define IN_LENGTH(a, n) RULE(false, IN, a, n, 32, 1)
#define MAYBE_IN_LENGTH(a, n) RULE(true, IN, a, n, 32, 1)
#define MAYBE_OUT_BY(a, n) RULE(true, OUT, a, n, 0, 1)
#define INS(a, n, size) RULE(false, IN, a, n, 0, size)
#define OUTS(a, n, size) RULE(false, OUT, a, n, 0, size)
#define PATH(a) RULE(false, PATH, a, 0, 0, 0)
#define MAYBE_PATH(a) RULE(true, PATH, a, 0, 0, 0)
#define STRINGS(a) RULE(true, STRINGS, a, 0, 0, 0)
#define VECTORS_IN(a, n) RULE(false, VECTORS_IN, a, n, 0, 0)
#define VECTORS_OUT(a, n) RULE(false, VECTORS_OUT, a, n, 0, 0)
#define MESSAGE_IN(a) RULE(false, MESSAGE_IN, a, 0, 0, 0)
#define MESSAGE_OUT(a) RULE(false, MESSAGE_OUT, a, 0, 0, 0)
#define NAME(a, n) RULE(false, NAME, a, n, 0, 0)
#define MAYBE_NAME(a, n) RULE(true, NAME, a, n, 0, 0)
#define BITS(a, n) RULE(true, BITS, a, n, 0, 0)
#define WHERE(a, n, value, size) RULE(false, WHERE, a, n, value, size)

#define CHECKED(name, ...)                                                                         \
  extern const char adapter_##name[] __asm__("simterpose_" #name);                                 \
  extern const struct stp_checked stp_rules_##name;                                                \
  const struct stp_checked stp_rules_##name = {adapter_##name, {__VA_ARGS__}};
#include "calls/pointers.def"

/* ---- memory ---- */

/* So many pages are tried at the start of a long piece, and its last one: large buffers are rarely
 * used to their end. */
enum { PAGES = 16 };

static bool readable(uintptr_t start, size_t size) {
  if (size == 0)
    return true;
  const uintptr_t last = start + size - 1;
  if (last < start || stp_probe_read((const void*)start))
    return false;
  uintptr_t page = start | (STP_PAGE - 1);
  for (int i = 1; i < PAGES && page < last; i++, page += STP_PAGE)
    if (stp_probe_read((const void*)(page + 1)))
      return false;
  return page >= last || !stp_probe_read((const void*)last);
}

/* Only the first page is tried by writing: the others may be memory that has never been used, and
 * should not be just for this. */
static bool writable(uintptr_t start, size_t size) {
  return size == 0 || (readable(start, size) && !stp_probe_write((void*)start));
}

static bool string(uintptr_t start) {
  for (size_t done = 0; done < PATH_MAX;) {
    const size_t left = STP_PAGE - (start + done) % STP_PAGE;
    if (stp_probe_read((const void*)(start + done)))
      return false;
    if (strnlen((const char*)(start + done), left) < left)
      return true;
    done += left;
  }
  return true; /* too long: the adapter's business */
}

/* ---- structures ---- */

static bool strings(uintptr_t start) {
  for (uintptr_t at = start;; at += sizeof(char*)) {
    uintptr_t text;
    if (!readable(at, sizeof text))
      return false;
    memcpy(&text, (const void*)at, sizeof text);
    if (text == 0)
      return true;
    if (!string(text))
      return false;
  }
}

static bool vectors(uintptr_t start, size_t count, bool writes) {
  if (count > IOV_MAX)
    return true; /* EINVAL */
  if (!readable(start, count * sizeof(struct iovec)))
    return false;
  for (size_t i = 0; i < count; i++) {
    struct iovec one;
    memcpy(&one, (const struct iovec*)start + i, sizeof one);
    if ((ssize_t)one.iov_len < 0)
      return true; /* EINVAL */
    const uintptr_t base = (uintptr_t)one.iov_base;
    if (writes ? !writable(base, one.iov_len) : !readable(base, one.iov_len))
      return false;
  }
  return true;
}

static bool message(uintptr_t start, bool writes) {
  struct msghdr one;
  if (!readable(start, sizeof one) || (writes && !writable(start, sizeof one)))
    return false;
  memcpy(&one, (const void*)start, sizeof one);
  const uintptr_t name = (uintptr_t)one.msg_name, control = (uintptr_t)one.msg_control;
  if (!vectors((uintptr_t)one.msg_iov, one.msg_iovlen, writes))
    return false;
  return writes ? (!name || (int)one.msg_namelen < 0 || writable(name, one.msg_namelen)) &&
                      (!control || writable(control, one.msg_controllen))
                : (!name || (int)one.msg_namelen < 0 || readable(name, one.msg_namelen)) &&
                      readable(control, one.msg_controllen);
}

/* An address, or an option's value, with room for *length bytes. */
static bool room(uintptr_t start, uintptr_t length) {
  int size;
  if (!writable(length, sizeof size))
    return false;
  memcpy(&size, (const void*)length, sizeof size);
  return size <= 0 || writable(start, (size_t)size);
}

static bool bits(uintptr_t start, long count) {
  const size_t words = count > 0 ? ((size_t)count + 63) / 64 : 0;
  return words > STP_FD_LIMIT / 64 || writable(start, words * sizeof(long));
}

static size_t size_of(const struct stp_rule* rule, const uintptr_t arguments[6]) {
  if (rule->by == STP_ONE)
    return rule->size;
  const uintptr_t count = arguments[rule->by];
  if (rule->value == 32)
    return (int)count < 0 ? 0 : (size_t)(int)count;
  if (rule->size == 1)
    return count > SSIZE_MAX ? 0 : count; /* too much is EINVAL, or cut */
  return (int)count < 0 || (int)count > STP_FD_LIMIT ? 0 : (size_t)(int)count * rule->size;
}

static bool obeyed(const struct stp_rule* rule, const uintptr_t arguments[6]) {
  const uintptr_t pointer = arguments[rule->argument], other = arguments[rule->by & 7];
  if (rule->maybe && pointer == 0)
    return true;
  switch (rule->kind) {
  case STP_RULE_IN:
    return readable(pointer, size_of(rule, arguments));
  case STP_RULE_OUT:
    return writable(pointer, size_of(rule, arguments));
  case STP_RULE_PATH:
    return string(pointer);
  case STP_RULE_STRINGS:
    return strings(pointer);
  case STP_RULE_VECTORS_IN:
  case STP_RULE_VECTORS_OUT:
    return (int)other < 0 ||
           vectors(pointer, (size_t)(int)other, rule->kind == STP_RULE_VECTORS_OUT);
  case STP_RULE_MESSAGE_IN:
  case STP_RULE_MESSAGE_OUT:
    return message(pointer, rule->kind == STP_RULE_MESSAGE_OUT);
  case STP_RULE_NAME:
    return room(pointer, other);
  case STP_RULE_BITS:
    return bits(pointer, (int)other);
  case STP_RULE_WHERE:
    return (int)other == rule->value || readable(pointer, rule->size);
  default:
    return true;
  }
}

/* Whether the call would have to wait for the file and must not: Linux looks at that first. */
static bool would_wait(const struct stp_checked* call, const uintptr_t arguments[6]) {
  struct stp_file* file = NULL;
  for (int i = 0; i < STP_RULES; i++) {
    const struct stp_rule* const rule = &call->rules[i];
    if (rule->kind == STP_RULE_FD && !file)
      file = stp_fd_get((int)arguments[rule->argument]);
    if (rule->kind != STP_RULE_READY || !file)
      continue;
    const bool dont = rule->by != STP_ONE && arguments[rule->by] & (uintptr_t)MSG_DONTWAIT;
    return (dont || stp_file_nonblocking(file)) &&
           !(stp_file_poll(file) & ((unsigned)rule->value | POLLHUP | POLLERR));
  }
  return false;
}

/* What the call returns when the argument of a rule is bad; NUMBER and NOTHING come before it. */
static long refuse(const struct stp_checked* call, int bad, const uintptr_t arguments[6]) {
  bool number = false, nothing = false;
  for (int i = 0; i < bad; i++) {
    number |= call->rules[i].kind == STP_RULE_NUMBER;
    nothing |= call->rules[i].kind == STP_RULE_NOTHING;
  }
  if (!number)
    errno = would_wait(call, arguments) ? EAGAIN : EFAULT;
  return number ? EFAULT : nothing ? 0 : -1;
}

bool stp_pointers_check(const struct stp_checked* call, const uintptr_t arguments[6],
                        long* result) {
  for (int i = 0; i < STP_RULES && call->rules[i].kind != STP_RULE_END; i++) {
    const struct stp_rule* const rule = &call->rules[i];
    if (rule->kind == STP_RULE_FD) {
      if (!stp_fd_get((int)arguments[rule->argument]))
        return true;
    } else if (__builtin_expect(!obeyed(rule, arguments), false)) {
      *result = refuse(call, i, arguments);
      return false;
    }
  }
  return true;
}
