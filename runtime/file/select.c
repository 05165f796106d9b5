/* select over poll: sets of bits become a list of descriptors, and back (Linux, fs/select.c). */
#include <errno.h>
#include <limits.h>

#include "file/fdtable.h"
#include "file/poll.h"
#include "process/process.h"

enum {
  WORD = CHAR_BIT * sizeof(unsigned long),
  FEW = 32, /* descriptors listed on the stack */
};

/* What makes a descriptor readable, writable, exceptional. */
static const short groups[3] = {
    POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR,
    POLLWRNORM | POLLWRBAND | POLLOUT | POLLERR,
    POLLPRI,
};

struct sets {
  int words;
  unsigned long* of[3]; /* may be null */
};

static unsigned long word_of(const struct sets* sets, int set, int word, int count) {
  if (!sets->of[set])
    return 0;
  const int past = (word + 1) * (int)WORD - count; /* bits that are not of the set */
  return sets->of[set][word] & (past > 0 ? ~0UL >> past : ~0UL);
}

/* Lists the members, ascending; counts them only where `list` is null. -EBADF: one is not open. */
static int members(const struct sets* sets, int count, struct pollfd* list) {
  int found = 0;
  for (int word = 0; word < sets->words; word++) {
    const unsigned long bits[3] = {word_of(sets, 0, word, count), word_of(sets, 1, word, count),
                                   word_of(sets, 2, word, count)};
    for (unsigned long any = bits[0] | bits[1] | bits[2]; any; any &= any - 1) {
      const int bit = __builtin_ctzl(any);
      const int fd = word * (int)WORD + bit;
      if (!stp_fd_get(fd))
        return -EBADF;
      if (list) {
        list[found] = (struct pollfd){.fd = fd};
        for (int set = 0; set < 3; set++)
          if (bits[set] >> bit & 1)
            list[found].events |= groups[set];
      }
      found++;
    }
  }
  return found;
}

/* Leaves in the sets those of the members that are ready. A descriptor that was closed meanwhile is
 * ready in every way. */
static int keep_ready(const struct sets* sets, const struct pollfd* list, int members_count) {
  int ready = 0;
  for (int i = 0; i < members_count; i++) {
    const unsigned long bit = 1UL << list[i].fd % (int)WORD;
    for (int set = 0; set < 3; set++) {
      unsigned long* word = sets->of[set] ? &sets->of[set][list[i].fd / (int)WORD] : NULL;
      if (!word || !(*word & bit))
        continue;
      if (list[i].revents & (groups[set] | POLLNVAL))
        ready++;
      else
        *word &= ~bit;
    }
  }
  return ready;
}

static void trim(const struct sets* sets, int count) {
  for (int set = 0; set < 3; set++)
    if (sets->of[set] && sets->words > 0)
      sets->of[set][sets->words - 1] = word_of(sets, set, sets->words - 1, count);
}

int stp_select(int count, fd_set* readable, fd_set* writable, fd_set* exceptional,
               double deadline) {
  const struct sets sets = {
      .words = (int)(((unsigned)count + WORD - 1) / WORD),
      .of = {(unsigned long*)readable, (unsigned long*)writable, (unsigned long*)exceptional},
  };
  const int listed = members(&sets, count, NULL);
  if (listed < 0)
    return listed;
  struct pollfd few[FEW];
  struct pollfd* list = few;
  if (listed > FEW && !(list = stp_heap_alloc(stp_me->heap, (size_t)listed * sizeof *list)))
    return -ENOMEM;
  members(&sets, count, list);
  int result = stp_poll(list, (nfds_t)listed, 0, deadline);
  if (result >= 0) {
    trim(&sets, count);
    result = keep_ready(&sets, list, listed);
  }
  if (list != few)
    stp_heap_free(stp_me->heap, list);
  return result;
}
