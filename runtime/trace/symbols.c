/* Functions and lines of addresses, with libdwfl. Compilation units are searched one by one: clang
 * writes no .debug_aranges, which libdwfl's own look-up wants. */
#include "trace/symbols.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process/program.h"

/* Of the C++ ABI. */
char* __cxa_demangle(const char* name, char* buffer, size_t* size, int* status);

static const char ourselves[] = "simterpose";

static const struct stp_program* program; /* of the session, or null */

/* ---- modules ---- */

/* A program's copy in memory has a path like /proc/PID/fd/N. */
static bool is_copy(const char* path) { return strstr(path, "/fd/") != NULL; }

static int find_elf(Dwfl_Module* module, void** data, const char* name, Dwarf_Addr base,
                    char** file_name, Elf** elf) {
  (void)module, (void)data, (void)base, (void)elf;
  const char* const path = strcmp(name, ourselves) == 0 ? "/proc/self/exe" : name;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0)
    *file_name = strdup(path);
  return fd;
}

/* Separate debugging information is looked for beside the program, not beside its copy. */
static int find_debuginfo(Dwfl_Module* module, void** data, const char* name, Dwarf_Addr base,
                          const char* file_name, const char* link, GElf_Word crc,
                          char** debug_name) {
  if (program != NULL && file_name != NULL && is_copy(file_name))
    file_name = program->path;
  return dwfl_standard_find_debuginfo(module, data, name, base, file_name, link, crc, debug_name);
}

static int report_module(struct dl_phdr_info* info, size_t size, void* dwfl) {
  (void)size;
  ElfW(Addr) start = (ElfW(Addr)) - 1, end = 0;
  for (size_t i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr)* const header = &info->dlpi_phdr[i];
    if (header->p_type != PT_LOAD)
      continue;
    if (header->p_vaddr < start)
      start = header->p_vaddr & -(ElfW(Addr))4096;
    if (header->p_vaddr + header->p_memsz > end)
      end = header->p_vaddr + header->p_memsz;
  }
  if (start < end)
    dwfl_report_module(dwfl, info->dlpi_name[0] == '\0' ? ourselves : info->dlpi_name,
                       info->dlpi_addr + start, info->dlpi_addr + end);
  return 0;
}

Dwfl* stp_symbols_begin(const struct stp_program* of) {
  static const Dwfl_Callbacks callbacks = {.find_elf = find_elf, .find_debuginfo = find_debuginfo};
  program = of;
  unsetenv("DEBUGINFOD_URLS"); /* nothing is to come from the network */
  Dwfl* const dwfl = dwfl_begin(&callbacks);
  if (dwfl == NULL)
    return NULL;
  dwfl_report_begin(dwfl);
  dl_iterate_phdr(report_module, dwfl);
  dwfl_report_end(dwfl, NULL, NULL);
  return dwfl;
}

static const char* name_of_module(Dwfl_Module* module, Dwarf_Addr* start) {
  return dwfl_module_info(module, NULL, start, NULL, NULL, NULL, NULL, NULL);
}

bool stp_symbols_are_ours(Dwfl* dwfl, uint64_t address) {
  Dwfl_Module* const module = dwfl_addrmodule(dwfl, address);
  return module != NULL && strcmp(name_of_module(module, NULL), ourselves) == 0;
}

/* ---- functions ---- */

bool stp_symbols_are_a_sanitizers(Dwfl* dwfl, uint64_t address) {
  static const char* const prefixes[] = {"__asan_",    "__interceptor_", "__sanitizer_",
                                         "__ubsan_",   "_ZN6__asan",     "_ZN11__sanitizer",
                                         "_ZN7__ubsan"};
  const char* const name = dwfl_module_addrname(dwfl_addrmodule(dwfl, address), address);
  for (size_t i = 0; name != NULL && i < sizeof prefixes / sizeof *prefixes; i++)
    if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
      return true;
  return false;
}

/* A name as its programmer knows it. */
static void print_name(FILE* stream, const char* name) {
  int status = -1;
  char* const demangled =
      strncmp(name, "_Z", 2) == 0 ? __cxa_demangle(name, NULL, NULL, &status) : NULL;
  fprintf(stream, "%.200s", status == 0 ? demangled : name);
  free(demangled);
}

static const char* name_of_function(Dwarf_Die* function) {
  Dwarf_Attribute attribute;
  const char* const linkage =
      dwarf_formstring(dwarf_attr_integrate(function, DW_AT_linkage_name, &attribute));
  return linkage != NULL ? linkage : dwarf_diename(function);
}

struct place {
  const char* file; /* null: not known */
  int line;
};

static void print_place(FILE* stream, struct place place) {
  if (place.file != NULL)
    fprintf(stream, " at %s:%d", place.file, place.line);
  fputc('\n', stream);
}

static struct place place_of(Dwarf_Die* unit, Dwarf_Addr address) {
  struct place place = {NULL, 0};
  Dwarf_Line* const line = dwarf_getsrc_die(unit, address);
  if (line != NULL && dwarf_lineno(line, &place.line) == 0)
    place.file = dwarf_linesrc(line, NULL, NULL);
  return place;
}

/* Where an inlined function was called. */
static struct place place_of_call(Dwarf_Die* unit, Dwarf_Die* inlined) {
  struct place place = {NULL, 0};
  Dwarf_Files* files;
  size_t count;
  Dwarf_Word file, line;
  Dwarf_Attribute attribute;
  if (dwarf_getsrcfiles(unit, &files, &count) == 0 &&
      dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file) == 0 &&
      dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line) == 0) {
    place.file = dwarf_filesrc(files, file, NULL, NULL);
    place.line = (int)line;
  }
  return place;
}

/* The compilation unit of an address, null if the module's DWARF has none. */
static Dwarf_Die* find_unit(Dwfl_Module* module, Dwarf_Addr address, Dwarf_Addr* bias) {
  Dwarf_Die* unit = NULL;
  while ((unit = dwfl_module_nextcu(module, unit, bias)) != NULL)
    if (dwarf_haspc(unit, address - *bias) > 0)
      break;
  return unit;
}

/* The innermost scope at an address and all around it. dwarf_getscopes alone goes on, after an
 * inlined function, with what is around its definition, not around its call. To be freed. */
static int scopes_of(Dwarf_Die* unit, Dwarf_Addr address, Dwarf_Die** scopes) {
  Dwarf_Die* innermost;
  if (unit == NULL || dwarf_getscopes(unit, address, &innermost) <= 0)
    return 0;
  const int count = dwarf_getscopes_die(&innermost[0], scopes);
  free(innermost);
  return count;
}

/* The functions inlined at an address and the one they are inlined into; false if DWARF does not
 * tell. */
static bool print_functions(FILE* stream, int* number, Dwfl_Module* module, Dwarf_Addr address) {
  Dwarf_Addr bias;
  Dwarf_Die* const unit = find_unit(module, address, &bias);
  Dwarf_Die* scopes;
  const int count = scopes_of(unit, address - bias, &scopes);
  if (count <= 0)
    return false;
  struct place place = place_of(unit, address - bias);
  bool found = false;
  for (int i = 0; i < count && !found; i++) {
    const int tag = dwarf_tag(&scopes[i]);
    const char* const name = name_of_function(&scopes[i]);
    if ((tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine) || name == NULL)
      continue;
    found = tag == DW_TAG_subprogram;
    fprintf(stream, "  #%d ", (*number)++);
    print_name(stream, name);
    print_place(stream, place);
    if (!found)
      place = place_of_call(unit, &scopes[i]);
  }
  free(scopes);
  return found;
}

/* What symbol tables tell: "function+0x12 in module" or "module+0x1234". */
static void print_symbol(FILE* stream, Dwfl_Module* module, Dwarf_Addr address) {
  Dwarf_Addr start;
  const char* name = name_of_module(module, &start);
  name = program != NULL && is_copy(name) ? program->name
         : strrchr(name, '/') == NULL     ? name
                                          : strrchr(name, '/') + 1;
  GElf_Sym symbol;
  GElf_Off offset;
  const char* const function =
      dwfl_module_addrinfo(module, address, &offset, &symbol, NULL, NULL, NULL);
  if (function == NULL) {
    fprintf(stream, "%s+%#lx\n", name, (unsigned long)(address - start));
    return;
  }
  print_name(stream, function);
  fprintf(stream, "+%#lx in %s\n", (unsigned long)offset, name);
}

int stp_symbols_print(FILE* stream, int number, Dwfl* dwfl, uint64_t address) {
  Dwfl_Module* const module = dwfl_addrmodule(dwfl, address);
  if (module == NULL) {
    fprintf(stream, "  #%d no code is there\n", number);
    return number + 1;
  }
  if (print_functions(stream, &number, module, address))
    return number;
  fprintf(stream, "  #%d ", number);
  print_symbol(stream, module, address);
  return number + 1;
}

int stp_symbols_print_call(FILE* stream, int number, Dwfl* dwfl, uint64_t address) {
  static const char prefix[] = "simterpose_";
  const char* name = dwfl_module_addrname(dwfl_addrmodule(dwfl, address), address);
  if (name == NULL || strncmp(name, prefix, sizeof prefix - 1) != 0)
    return number;
  name += sizeof prefix - 1;
  fprintf(stream, "  #%d %.*s\n", number, (int)strcspn(name, "."), name); /* without ".cold" */
  return number + 1;
}
