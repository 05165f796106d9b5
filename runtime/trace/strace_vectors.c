/* Arguments that are several of a kind, as strace shows them: at most so many. */
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/uio.h>

#include "file/fdtable.h"
#include "trace/strace_flags.h"
#include "trace/strace_structs.h"

/* "[a, b, ...]": calls show(text, address of element, argument) for up to STP_TEXT_CUT elements. */
static void show_array(struct stp_text* text, uintptr_t from, size_t count, size_t size,
                       void (*show)(struct stp_text*, uintptr_t, void*), void* argument) {
  char byte;
  if (from == 0 || (count > 0 && !stp_text_read(&byte, from, 1))) {
    stp_text_pointer(text, from);
    return;
  }
  stp_text_put(text, "[");
  for (size_t i = 0; i < count && i < STP_TEXT_CUT; i++) {
    stp_text_put(text, i == 0 ? "" : ", ");
    show(text, from + i * size, argument);
  }
  stp_text_put(text, count > STP_TEXT_CUT ? ", ...]" : "]");
}

static void show_int(struct stp_text* text, uintptr_t from, void* unused) {
  (void)unused;
  int value;
  if (stp_text_read(&value, from, sizeof value))
    stp_text_put(text, "%d", value);
}

void stp_show_ints(struct stp_text* text, uintptr_t from, size_t count) {
  show_array(text, from, count, sizeof(int), show_int, NULL);
}

/* ---- strings ---- */

void stp_show_strings(struct stp_text* text, uintptr_t from) {
  uintptr_t string;
  if (from == 0 || !stp_text_read(&string, from, sizeof string)) {
    stp_text_pointer(text, from);
    return;
  }
  stp_text_put(text, "[");
  for (size_t i = 0; string; i++) {
    stp_text_put(text, i == 0 ? "" : ", ");
    if (i == STP_TEXT_CUT) {
      stp_text_put(text, "...");
      break;
    }
    stp_text_string(text, string, STP_TEXT_CUT);
    from += sizeof string;
    if (!stp_text_read(&string, from, sizeof string)) {
      stp_text_put(text, ", ... /* %#lx */", from);
      break;
    }
  }
  stp_text_put(text, "]");
}

void stp_show_variables(struct stp_text* text, uintptr_t from) {
  stp_text_pointer(text, from);
  size_t count = 0;
  uintptr_t string;
  while (from != 0 && stp_text_read(&string, from, sizeof string) && string) {
    count++;
    from += sizeof string;
  }
  if (from != 0)
    stp_text_put(text, " /* %zu var%s */", count, count == 1 ? "" : "s");
}

/* ---- iovec ---- */

static void show_vector(struct stp_text* text, uintptr_t from, void* left) {
  size_t* const bytes = left;
  struct iovec vector;
  if (!stp_text_read(&vector, from, sizeof vector))
    return;
  const size_t size = vector.iov_len < *bytes ? vector.iov_len : *bytes;
  *bytes -= size;
  stp_text_put(text, "{iov_base=");
  stp_text_quoted(text, (uintptr_t)vector.iov_base, size, STP_TEXT_CUT);
  stp_text_put(text, ", iov_len=%zu}", vector.iov_len);
}

void stp_show_iovec(struct stp_text* text, uintptr_t from, size_t count, size_t bytes) {
  show_array(text, from, count > IOV_MAX ? 0 : count, sizeof(struct iovec), show_vector, &bytes);
}

/* ---- waiting ---- */

void stp_show_pollfds(struct stp_text* text, uintptr_t from, size_t count, bool results) {
  size_t shown = 0;
  struct pollfd one;
  if (count > STP_FD_LIMIT || from == 0 || (count > 0 && !stp_text_read(&one, from, sizeof one))) {
    stp_text_pointer(text, from);
    return;
  }
  stp_text_put(text, "[");
  for (size_t i = 0; i < count && stp_text_read(&one, from + i * sizeof one, sizeof one); i++) {
    if (results && one.revents == 0)
      continue;
    stp_text_put(text, shown == 0 ? "" : ", ");
    if (shown++ == STP_TEXT_CUT) {
      stp_text_put(text, "...");
      break;
    }
    stp_text_put(text, "{fd=%d", one.fd);
    if (one.fd >= 0) {
      stp_text_put(text, results ? ", revents=" : ", events=");
      stp_text_flags(text, &stp_flags_poll, (unsigned short)(results ? one.revents : one.events));
    }
    stp_text_put(text, "}");
  }
  stp_text_put(text, "]");
}

size_t stp_show_fdset(struct stp_text* text, uintptr_t from, size_t limit) {
  unsigned long words[1024 / 64];
  const size_t count = (limit + 63) / 64;
  if (from == 0 || count > sizeof words / sizeof *words ||
      !stp_text_read(words, from, count * sizeof *words)) {
    stp_text_pointer(text, from);
    return 0;
  }
  size_t found = 0;
  stp_text_put(text, "[");
  for (size_t fd = 0; fd < limit; fd++)
    if ((words[fd / 64] >> fd % 64 & 1) != 0)
      stp_text_put(text, "%s%zu", found++ == 0 ? "" : " ", fd);
  stp_text_put(text, "]");
  return found;
}

static void show_epoll_event(struct stp_text* text, uintptr_t from, void* unused) {
  (void)unused;
  struct epoll_event event;
  if (from == 0 || !stp_text_read(&event, from, sizeof event)) {
    stp_text_pointer(text, from);
    return;
  }
  stp_text_put(text, "{events=");
  stp_text_flags(text, &stp_flags_epoll_events, event.events);
  /* As a number where it may be one, else as the pointer that it then is. */
  if (event.data.u64 <= UINT32_MAX)
    stp_text_put(text, ", data={u32=%u, u64=%lu}}", event.data.u32, event.data.u64);
  else
    stp_text_put(text, ", data=%#lx}", event.data.u64);
}

void stp_show_epoll_event(struct stp_text* text, uintptr_t from) {
  show_epoll_event(text, from, NULL);
}

void stp_show_epoll_events(struct stp_text* text, uintptr_t from, size_t count) {
  show_array(text, from, count, sizeof(struct epoll_event), show_epoll_event, NULL);
}

/* ---- the rest ---- */

void stp_show_cpus(struct stp_text* text, uintptr_t from, size_t bytes) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (from == 0 || !stp_text_read(&set, from, bytes < sizeof set ? bytes : sizeof set)) {
    stp_text_pointer(text, from);
    return;
  }
  const char* space = "";
  stp_text_put(text, "[");
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
    if (CPU_ISSET(cpu, &set)) {
      stp_text_put(text, "%s%d", space, cpu);
      space = " ";
    }
  stp_text_put(text, "]");
}

static void show_semaphore(struct stp_text* text, uintptr_t from, void* unused) {
  (void)unused;
  struct sembuf one;
  if (!stp_text_read(&one, from, sizeof one))
    return;
  const int flags = one.sem_flg;
  stp_text_put(text, "{sem_num=%d, sem_op=%d, sem_flg=%s%s%s}", one.sem_num, one.sem_op,
               flags & IPC_NOWAIT ? "IPC_NOWAIT" : "", flags == (IPC_NOWAIT | SEM_UNDO) ? "|" : "",
               flags & SEM_UNDO ? "SEM_UNDO"
               : flags == 0     ? "0"
                                : "");
}

void stp_show_semaphores(struct stp_text* text, uintptr_t from, size_t count) {
  show_array(text, from, count, sizeof(struct sembuf), show_semaphore, NULL);
}
