/* Processes as files: a table of names, and what each says of a process. */
#include "file/proc.h"

#include <ctype.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "file/fdtable.h"
#include "file/maps.h"
#include "file/paths.h"
#include "file/shared.h"
#include "file/texts.h"
#include "process/family.h"
#include "process/identity.h"
#include "process/memory.h"
#include "process/process.h"
#include "process/program.h"
#include "process/tree.h"
#include "time/clock.h"
#include "time/work.h"
#include "trace/log.h"

/* ---- contents ---- */

/* Copies what lies at `from` in the memory of a process that need not be in place. */
static void copy_from(const struct stp_process* process, char* to, const char* from, size_t size) {
  while (size > 0) {
    const size_t left = STP_PAGE - (uintptr_t)from % STP_PAGE;
    const size_t part = size < left ? size : left;
    memcpy(to, stp_region_alias(&process->region, from), part);
    to += part;
    from += part;
    size -= part;
  }
}

/* The strings of argv where the kernel finds them. A program that writes its title over them and
 * the last zero byte shows the title. */
static char* arguments(struct stp_process* process, size_t* size) {
  *size = process->ending ? 0 : process->arguments_size;
  char* const text = stp_alloc(*size + 1);
  copy_from(process, text, process->arguments, *size);
  if (*size > 0 && text[*size - 1] != 0)
    *size = strlen(text) + 1;
  return text;
}

static char* environment(struct stp_process* process, size_t* size) {
  char* const* const strings = process->libc->environ_;
  *size = 0;
  for (size_t i = 0; strings && strings[i]; i++)
    *size += strlen(strings[i]) + 1;
  char* const text = stp_alloc(*size + 1);
  char* end = text;
  for (size_t i = 0; strings && strings[i]; i++)
    end = stpcpy(end, strings[i]) + 1;
  return text;
}

static const char* command_of(const struct stp_process* process) {
  return process->threads ? process->threads->name : process->name;
}

static char* command(struct stp_process* process, size_t* size) {
  return stp_text_format(size, "%.15s\n", command_of(process));
}

static char* executable(struct stp_process* process, size_t* size) {
  return stp_text_format(size, "%s",
                         process->executable ? process->executable : process->program->path);
}

static char* working_directory(struct stp_process* process, size_t* size) {
  (void)process;
  return stp_text_format(size, "%s", stp_path_working_directory());
}

static char* root(struct stp_process* process, size_t* size) {
  (void)process;
  return stp_text_format(size, "/");
}

static char* control_group(struct stp_process* process, size_t* size) {
  (void)process;
  return stp_text_format(size, "0::/\n");
}

/* A limit as its file has it. */
static const char* limit_text(rlim_t limit, char text[24]) {
  if (limit == RLIM_INFINITY)
    return "unlimited";
  snprintf(text, 24, "%llu", (unsigned long long)limit);
  return text;
}

static char* limits(struct stp_process* process, size_t* size) {
  static const struct {
    const char *name, *unit;
  } rows_of_limits[RLIMIT_NLIMITS] = {
      [RLIMIT_CPU] = {"Max cpu time", "seconds"},
      [RLIMIT_FSIZE] = {"Max file size", "bytes"},
      [RLIMIT_DATA] = {"Max data size", "bytes"},
      [RLIMIT_STACK] = {"Max stack size", "bytes"},
      [RLIMIT_CORE] = {"Max core file size", "bytes"},
      [RLIMIT_RSS] = {"Max resident set", "bytes"},
      [RLIMIT_NPROC] = {"Max processes", "processes"},
      [RLIMIT_NOFILE] = {"Max open files", "files"},
      [RLIMIT_MEMLOCK] = {"Max locked memory", "bytes"},
      [RLIMIT_AS] = {"Max address space", "bytes"},
      [RLIMIT_LOCKS] = {"Max file locks", "locks"},
      [RLIMIT_SIGPENDING] = {"Max pending signals", "signals"},
      [RLIMIT_MSGQUEUE] = {"Max msgqueue size", "bytes"},
      [RLIMIT_NICE] = {"Max nice priority", ""},
      [RLIMIT_RTPRIO] = {"Max realtime priority", ""},
      [RLIMIT_RTTIME] = {"Max realtime timeout", "us"},
  };
  enum { WIDTH = 100 };
  const struct rlimit* const of = stp_identity_of(process)->limits;
  char* const text = stp_alloc((RLIMIT_NLIMITS + 1) * WIDTH);
  char* end = text + sprintf(text, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit",
                             "Units");
  for (int i = 0; i < RLIMIT_NLIMITS; i++) {
    char soft[24], hard[24];
    end += sprintf(end, "%-25s %-20s %-20s %-10s\n", rows_of_limits[i].name,
                   limit_text(of[i].rlim_cur, soft), limit_text(of[i].rlim_max, hard),
                   rows_of_limits[i].unit);
  }
  *size = (size_t)(end - text);
  return text;
}

static char* mounts(struct stp_process* process, size_t* size) {
  (void)process;
  return stp_text_mounts(size);
}

static char state_of(const struct stp_process* process) {
  if (process->ending)
    return 'Z';
  return process == stp_me ? 'R' : process->stop_signal != 0 ? 'T' : 'S';
}

static long ticks(double seconds) { return (long)(seconds * 100); /* _SC_CLK_TCK is 100 */ }

static char* statistics(struct stp_process* process, size_t* size) {
  const struct stp_identity* const its = stp_identity_of(process);
  const size_t pages = stp_memory_pages(process);
  return stp_text_format(size,
                         "%d (%.15s) %c %d %d %d 0 -1 4194304 0 0 0 0 %ld 0 %ld 0 %d %d %d 0 %.0f "
                         "%zu %zu 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 "
                         "0 0 0 0 0 %d\n",
                         process->pid, command_of(process), state_of(process),
                         stp_tree_parent(process), its->process_group, its->session,
                         ticks(stp_work_of_process(process)),
                         ticks(process->children_usage.cpu_time), 20 + its->nice, its->nice,
                         process->thread_count, (STP_UPTIME + process->start_date) * 100,
                         pages * STP_PAGE, pages, process->zombie ? process->status : 0);
}

static char* memory(struct stp_process* process, size_t* size) {
  const size_t pages = stp_memory_pages(process);
  return stp_text_format(size, "%zu %zu 0 0 0 %zu 0\n", pages, pages, pages);
}

static char* status(struct stp_process* process, size_t* size) {
  static const char* const states[] = {
      ['R'] = "running", ['S'] = "sleeping", ['T'] = "stopped", ['Z'] = "zombie"};
  const struct stp_identity* const its = stp_identity_of(process);
  const size_t kilobytes = stp_memory_pages(process) * (STP_PAGE / 1024);
  const char state = state_of(process);
  return stp_text_format(
      size,
      "Name:\t%.15s\nUmask:\t%04o\nState:\t%c (%s)\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\n"
      "TracerPid:\t0\nUid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\nVmSize:\t%zu kB\n"
      "VmRSS:\t%zu kB\nThreads:\t%d\n",
      command_of(process), process->paths ? stp_path_umask_of(process) : 0, state,
      states[(int)state], process->pid, process->pid, stp_tree_parent(process), its->user.real,
      its->user.effective, its->user.saved, stp_file_user(its), its->group.real,
      its->group.effective, its->group.saved, stp_file_group(its), kilobytes, kilobytes,
      process->thread_count);
}

enum { MAPPING_LINE = 80 };

/* What the process has mapped, a line each; without the names of files. */
static size_t mapped(const struct stp_process* process, char* text) {
  size_t size = 0;
  for (const struct stp_mapping* m = stp_maps_after(process, NULL); m;
       m = stp_maps_next(process, m)) {
    if (text)
      sprintf(text + size, "%012lx-%012lx %c%c%c%c %08lx 00:00 %-10lu\n", (uintptr_t)m->start,
              (uintptr_t)m->end, m->protection & PROT_READ ? 'r' : '-',
              m->protection & PROT_WRITE ? 'w' : '-', m->protection & PROT_EXEC ? 'x' : '-',
              m->shared ? 's' : 'p', m->offset, m->shared ? m->shared->number : 0);
    size += text ? strlen(text + size) : MAPPING_LINE;
  }
  return size;
}

/* Heap and stack as mappings, where `detail` adds what smaps says of one, and what is mapped. */
static char* mappings(const struct stp_process* process, size_t* size, bool detail) {
  const struct stp_region* const region = &process->region;
  const size_t heap = stp_memory_pages(process) * (STP_PAGE / 1024);
  const char line[] = "%012lx-%012lx rw-p 00000000 00:00 0 %26s%s\n%s";
  char fields[400] = "";
  /* Linux counts pages that parent and child have not written since the fork as shared. */
  const size_t shared = region->family && region->family->members > 1 ? heap : 0;
  if (detail)
    snprintf(fields, sizeof fields,
             "Size: %18zu kB\nRss: %19zu kB\nPss: %19zu kB\nShared_Clean: %10d kB\n"
             "Shared_Dirty: %10zu kB\nPrivate_Clean: %9d kB\nPrivate_Dirty: %9zu kB\n"
             "Swap: %18d kB\n",
             heap, heap, heap - shared / 2, 0, shared, 0, heap - shared, 0);
  char* const text = stp_alloc(2 * sizeof line + 2 * 60 + sizeof fields + mapped(process, NULL));
  *size = (size_t)sprintf(text, line, (uintptr_t)region->heap_start, (uintptr_t)region->heap_top,
                          "", "[heap]", fields);
  *size += (size_t)sprintf(text + *size, line, (uintptr_t)region->base + STP_GUARD,
                           (uintptr_t)region->stack_top, "", "[stack]", "");
  *size += mapped(process, text + *size);
  return text;
}

static char* maps(struct stp_process* process, size_t* size) {
  return mappings(process, size, false);
}

static char* detailed_maps(struct stp_process* process, size_t* size) {
  return mappings(process, size, true);
}

/* ---- names ---- */

static const struct row {
  const char* name;
  enum stp_synthetic_kind kind;
  bool own; /* of the calling process only */
  char* (*text)(struct stp_process* process, size_t* size);
} rows[] = {
    {"cgroup", STP_SYN_TEXT, false, control_group},
    {"cmdline", STP_SYN_TEXT, false, arguments},
    {"comm", STP_SYN_TEXT, false, command},
    {"cwd", STP_SYN_LINK, true, working_directory},
    {"environ", STP_SYN_TEXT, true, environment},
    {"exe", STP_SYN_LINK, false, executable},
    {"fd", STP_SYN_DIRECTORY, true, NULL},
    {"limits", STP_SYN_TEXT, false, limits},
    {"maps", STP_SYN_TEXT, true, maps},
    {"mounts", STP_SYN_TEXT, false, mounts},
    {"root", STP_SYN_LINK, false, root},
    {"smaps", STP_SYN_TEXT, true, detailed_maps},
    {"stat", STP_SYN_TEXT, false, statistics},
    {"statm", STP_SYN_TEXT, false, memory},
    {"status", STP_SYN_TEXT, false, status},
};

enum { ROWS = sizeof rows / sizeof *rows };

/* A number up to the next slash or the end, left in *end; -1 if there is none. */
static int number(const char* text, const char** end) {
  if (!isdigit((unsigned char)*text) || (text[0] == '0' && isdigit((unsigned char)text[1])))
    return -1;
  const long value = strtol(text, (char**)end, 10);
  return (**end == 0 || **end == '/') && value < 1 << 30 ? (int)value : -1;
}

/* Takes /proc/self or /proc/PID apart: the process, or null, and what comes after. */
static struct stp_process* parse(const char* path, const char** rest) {
  static const char top[] = "/proc/", self[] = "self";
  if (strncmp(path, top, strlen(top)) != 0)
    return NULL;
  path += strlen(top);
  *rest = path + strlen(self);
  if (strncmp(path, self, strlen(self)) == 0 && (**rest == 0 || **rest == '/'))
    return stp_me;
  const int pid = number(path, rest);
  return pid < 0 ? NULL : stp_process_by_pid(pid);
}

static bool find_descriptor(const char* name, struct stp_synthetic* found) {
  const char* end;
  const int fd = number(name, &end);
  *found = (struct stp_synthetic){.kind = STP_SYN_DESCRIPTOR, .value = fd};
  return fd >= 0 && *end == 0 && stp_fd_get(fd) != NULL;
}

bool stp_proc_find(const char* path, struct stp_synthetic* found) {
  const char* rest;
  struct stp_process* const process = parse(path, &rest);
  if (!process)
    return false;
  *found = (struct stp_synthetic){.kind = STP_SYN_DIRECTORY};
  if (*rest == 0)
    return true;
  static const char descriptors[] = "/fd/";
  if (process == stp_me && strncmp(rest, descriptors, strlen(descriptors)) == 0)
    return find_descriptor(rest + strlen(descriptors), found);
  for (int i = 0; i < ROWS; i++)
    if (strcmp(rows[i].name, rest + 1) == 0 && (process == stp_me || !rows[i].own)) {
      *found = (struct stp_synthetic){
          .kind = rows[i].kind, .value = process->pid, .of_process = rows[i].text};
      return true;
    }
  stp_refuse(path, NULL);
  return false;
}

/* ---- directories ---- */

static void list_processes(void (*visit)(void* argument, const char* name, unsigned char type),
                           void* argument) {
  char name[16];
  for (const struct stp_process* p = stp_me->host->processes; p; p = p->next_on_host) {
    snprintf(name, sizeof name, "%d", p->pid);
    visit(argument, name, DT_DIR);
  }
}

static void list_descriptors(void (*visit)(void* argument, const char* name, unsigned char type),
                             void* argument) {
  char name[16];
  for (int fd = stp_fd_next(0); fd >= 0; fd = stp_fd_next(fd + 1)) {
    snprintf(name, sizeof name, "%d", fd);
    visit(argument, name, DT_LNK);
  }
}

void stp_proc_list(const char* path,
                   void (*visit)(void* argument, const char* name, unsigned char type),
                   void* argument) {
  if (strcmp(path, "/proc") == 0)
    list_processes(visit, argument);
  const char* rest;
  const struct stp_process* const process = parse(path, &rest);
  if (!process)
    return;
  if (process == stp_me && strcmp(rest, "/fd") == 0)
    list_descriptors(visit, argument);
  if (*rest != 0)
    return;
  for (int i = 0; i < ROWS; i++)
    if (process == stp_me || !rows[i].own)
      visit(argument, rows[i].name,
            rows[i].kind == STP_SYN_TEXT   ? DT_REG
            : rows[i].kind == STP_SYN_LINK ? DT_LNK
                                           : DT_DIR);
}
