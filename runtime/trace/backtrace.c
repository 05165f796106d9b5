/* Unwinding with libdwfl: by call frame information, by frame pointers where there is none. Memory
 * is read through /proc/self/mem, which answers where a load would fault. */
#include "trace/backtrace.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "process/program.h"
#include "trace/symbols.h"

/* Frames walked, lines written, and the longest cycle of functions taken for recursion. */
enum { FRAMES = 4096, LINES = 32, CYCLE = 8 };

static struct walk {
  const struct stp_registers* registers;
  int memory; /* /proc/self/mem */
  size_t count;
  uint64_t frames[FRAMES]; /* addresses inside the calling instructions, innermost first */
} walk;

/* ---- walking ---- */

static bool read_word(Dwfl* dwfl, Dwarf_Addr address, Dwarf_Word* word, void* unused) {
  (void)dwfl, (void)unused;
  return pread(walk.memory, word, sizeof *word, (off_t)address) == sizeof *word;
}

static pid_t next_thread(Dwfl* dwfl, void* unused, void** thread) {
  (void)dwfl, (void)unused;
  if (*thread != NULL)
    return 0;
  *thread = &walk;
  return getpid();
}

static bool set_registers(Dwfl_Thread* thread, void* unused) {
  (void)unused;
  return dwfl_thread_state_registers(thread, 0, STP_REGISTERS, walk.registers->value);
}

static int add_frame(Dwfl_Frame* frame, void* first_is_call) {
  Dwarf_Addr address;
  bool exact;
  if (walk.count == FRAMES || !dwfl_frame_pc(frame, &address, &exact))
    return DWARF_CB_ABORT;
  if (*(bool*)first_is_call)
    exact = false;
  *(bool*)first_is_call = false;
  walk.frames[walk.count++] = exact ? address : address - 1;
  return DWARF_CB_OK;
}

/* Fills walk.frames. */
static void walk_stack(Dwfl* dwfl, const struct stp_registers* registers) {
  static const Dwfl_Thread_Callbacks callbacks = {
      .next_thread = next_thread, .memory_read = read_word, .set_initial_registers = set_registers};
  struct stp_registers start = *registers;
  bool is_call = false;
  walk.count = 0;
  walk.registers = &start;
  walk.memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  if (dwfl_addrmodule(dwfl, start.value[STP_RIP]) == NULL) {
    /* A jump to where no code is, by a call most likely: its return address is on the stack. */
    walk.frames[walk.count++] = start.value[STP_RIP];
    if (read_word(dwfl, start.value[STP_RSP], &start.value[STP_RIP], NULL))
      start.value[STP_RSP] += sizeof(uint64_t);
    is_call = true;
  }
  if (dwfl_addrmodule(dwfl, start.value[STP_RIP]) != NULL &&
      dwfl_attach_state(dwfl, NULL, getpid(), &callbacks, NULL))
    dwfl_getthread_frames(dwfl, getpid(), add_frame, &is_call);
  close(walk.memory);
}

/* ---- writing ---- */

/* How often the `length` frames from `at` come one after the other. */
static size_t repetitions(size_t at, size_t length, size_t end) {
  size_t count = 1;
  while (at + (count + 1) * length <= end &&
         memcmp(&walk.frames[at], &walk.frames[at + count * length],
                length * sizeof *walk.frames) == 0)
    count++;
  return count;
}

/* The shortest cycle that starts at a frame and comes at least three times; 0: none. */
static size_t cycle_at(size_t at, size_t end) {
  for (size_t length = 1; length <= CYCLE; length++)
    if (repetitions(at, length, end) > 2)
      return length;
  return 0;
}

/* The runtime's own frames: the mediated call they belong to, which the outermost one serves.
 * Returns the first frame that is not the runtime's. */
static size_t print_call(FILE* stream, Dwfl* dwfl, size_t at, int* number) {
  size_t end = at;
  while (end < walk.count && stp_symbols_are_ours(dwfl, walk.frames[end]))
    end++;
  if (end < walk.count)
    *number = stp_symbols_print_call(stream, *number, dwfl, walk.frames[end - 1]);
  return end;
}

/* The frame that a sanitizer complains of: how it has come to tell us is left out. */
static size_t frame_complained_of(Dwfl* dwfl) {
  size_t at = 0;
  bool sanitizer = false;
  for (; at < walk.count; at++) {
    const bool its = stp_symbols_are_a_sanitizers(dwfl, walk.frames[at]);
    if (!its && !stp_symbols_are_ours(dwfl, walk.frames[at]))
      break;
    sanitizer = sanitizer || its;
  }
  return sanitizer ? at : 0;
}

static void print_frames(FILE* stream, Dwfl* dwfl, bool ours_too) {
  int number = 0;
  for (size_t at = frame_complained_of(dwfl); at < walk.count && number < LINES;) {
    if (!ours_too && stp_symbols_are_ours(dwfl, walk.frames[at])) {
      at = print_call(stream, dwfl, at, &number);
      continue;
    }
    const size_t cycle = cycle_at(at, walk.count), length = cycle == 0 ? 1 : cycle;
    for (size_t i = 0; i < length; i++)
      number = stp_symbols_print(stream, number, dwfl, walk.frames[at + i]);
    const size_t count = cycle == 0 ? 1 : repetitions(at, cycle, walk.count);
    if (count > 1)
      fprintf(stream, "  ... and so on, %s%zu times\n",
              at + count * length + length > FRAMES ? "more than " : "", count);
    at += count * length;
    if (number >= LINES && at < walk.count)
      fprintf(stream, "  ...\n");
  }
}

void stp_backtrace(FILE* stream, const struct stp_registers* registers,
                   const struct stp_program* program) {
  Dwfl* const dwfl = stp_symbols_begin(program);
  if (dwfl == NULL)
    return;
  walk_stack(dwfl, registers);
  print_frames(stream, dwfl, program == NULL);
  dwfl_end(dwfl);
}
