/* Which child has news for a waiting parent (Linux, wait_consider_task of kernel/exit.c). */
#include "process/children.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <utlist.h>

#include "process/identity.h"
#include "process/process.h"
#include "process/tree.h"

static bool meant(struct stp_process* child, const struct stp_child_wait* wanted) {
  switch (wanted->type) {
  case P_PID:
    return child->pid == wanted->id;
  case P_PGID:
    return stp_identity_of(child)->process_group == wanted->id;
  default:
    return true;
  }
}

/* News of a child, which counts as told from then on (but for WNOWAIT); false if there is none. */
static bool has_news(struct stp_process* child, int options, struct stp_child_news* news) {
  const bool keep = (options & WNOWAIT) != 0;
  news->pid = child->pid;
  news->user = stp_identity_of(child)->user.real;
  news->cpu_time = child->cpu_time + child->children_usage.cpu_time;
  news->resident = child->resident;
  if (child->zombie && (options & WEXITED) != 0) {
    news->code = WIFEXITED(child->status) ? CLD_EXITED : CLD_KILLED;
    news->status = child->status;
    if (!keep)
      stp_tree_reap(child);
    return true;
  }
  if (child->stop_signal != 0 && !child->stop_told && (options & WSTOPPED) != 0) {
    news->code = CLD_STOPPED;
    news->status = W_STOPCODE(child->stop_signal);
    child->stop_told = !keep;
    return true;
  }
  if (child->resumed && !child->ending && (options & WCONTINUED) != 0) {
    news->code = CLD_CONTINUED;
    news->status = __W_CONTINUED;
    child->resumed = keep;
    return true;
  }
  return false;
}

/* One look at all children: 1, 0 or -ECHILD. */
static int look(const struct stp_child_wait* wanted, struct stp_child_news* news) {
  int result = -ECHILD;
  struct stp_process *child, *next;
  DL_FOREACH_SAFE2(stp_me->children, child, next, next_sibling) {
    if (!meant(child, wanted))
      continue;
    if (has_news(child, wanted->options, news))
      return 1;
    /* A zombie has no more news than its end. */
    if (!child->zombie || (wanted->options & WEXITED) != 0)
      result = 0;
  }
  return result;
}

int stp_child_wait(const struct stp_child_wait* wanted, struct stp_child_news* news) {
  for (;;) {
    int result = look(wanted, news);
    if (result != 0 || (wanted->options & WNOHANG) != 0)
      return result;
    if (wanted->nonblocking)
      return -EAGAIN;
    result = stp_wait(&stp_me->child_news, INFINITY);
    if (result != 0)
      return result;
  }
}
