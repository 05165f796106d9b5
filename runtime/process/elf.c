/* Reading ELF files that anybody may have damaged: every offset is checked against the file. */
#include "process/elf.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simterpose/module.h"

/* `size` bytes at `offset` of the file; null if they are not all there. */
static const void* at(const struct stp_elf* elf, uint64_t offset, uint64_t size) {
  return offset <= elf->size && size <= elf->size - offset ? elf->data + offset : NULL;
}

/* The same for records of words of 4 or 8 bytes, which no linker misaligns. */
static const void* record_at(const struct stp_elf* elf, uint64_t offset, uint64_t size,
                             uint64_t word) {
  return offset % word == 0 ? at(elf, offset, size) : NULL;
}

static const Elf64_Ehdr* header_of(const struct stp_elf* elf) {
  return at(elf, 0, sizeof(Elf64_Ehdr));
}

/* The index-th program header of a type, or null. */
static const Elf64_Phdr* find_header(const struct stp_elf* elf, uint32_t type, unsigned index) {
  const Elf64_Ehdr* header = header_of(elf);
  const Elf64_Phdr* headers = record_at(elf, header->e_phoff, header->e_phnum * sizeof *headers, 8);
  for (unsigned i = 0; headers && i < header->e_phnum; i++)
    if (headers[i].p_type == type && index-- == 0)
      return &headers[i];
  return NULL;
}

/* `size` bytes at an address of the loaded program, as the file has them. */
static const void* at_address(const struct stp_elf* elf, uint64_t address, uint64_t size) {
  const Elf64_Phdr* load;
  for (unsigned i = 0; (load = find_header(elf, PT_LOAD, i)); i++)
    if (address >= load->p_vaddr && address - load->p_vaddr <= load->p_filesz &&
        size <= load->p_filesz - (address - load->p_vaddr))
      return at(elf, load->p_offset + (address - load->p_vaddr), size);
  return NULL;
}

/* The entry of the dynamic section with a tag, or null. */
static const Elf64_Dyn* find_dynamic(const struct stp_elf* elf, int64_t tag) {
  const Elf64_Phdr* dynamic = find_header(elf, PT_DYNAMIC, 0);
  if (!dynamic)
    return NULL;
  const Elf64_Dyn* entries = record_at(elf, dynamic->p_offset, dynamic->p_filesz, 8);
  for (size_t i = 0; entries && i < dynamic->p_filesz / sizeof *entries; i++) {
    if (entries[i].d_tag == DT_NULL)
      break;
    if (entries[i].d_tag == tag)
      return &entries[i];
  }
  return NULL;
}

/* A string of the dynamic string table, or null. */
static const char* dynamic_string(const struct stp_elf* elf, const Elf64_Dyn* entry) {
  const Elf64_Dyn *table = find_dynamic(elf, DT_STRTAB), *size = find_dynamic(elf, DT_STRSZ);
  if (!entry || !table || !size || entry->d_un.d_val >= size->d_un.d_val)
    return NULL;
  const char* strings = at_address(elf, table->d_un.d_ptr, size->d_un.d_val);
  if (!strings || !memchr(strings + entry->d_un.d_val, 0, size->d_un.d_val - entry->d_un.d_val))
    return NULL;
  return strings + entry->d_un.d_val;
}

/* ---- the contract's note ---- */

/* The first 8 bytes of the module's descriptor, found through the note in [note, end); null if the
 * note is not there. */
static const uint32_t* descriptor_in(const struct stp_elf* elf, const Elf64_Phdr* segment) {
  const uint64_t alignment = segment->p_align == 8 ? 8 : 4;
  for (uint64_t offset = 0; offset < segment->p_filesz;) {
    const Elf64_Nhdr* note = record_at(elf, segment->p_offset + offset, sizeof *note, 4);
    if (!note)
      break;
    uint64_t name = offset + sizeof *note;
    uint64_t value = (name + note->n_namesz + alignment - 1) & ~(alignment - 1);
    const char* name_text = at(elf, segment->p_offset + name, sizeof SIMTERPOSE_NOTE_NAME);
    const int64_t* distance = at(elf, segment->p_offset + value, sizeof *distance);
    if (note->n_type == SIMTERPOSE_NOTE_TYPE && note->n_namesz == sizeof SIMTERPOSE_NOTE_NAME &&
        name_text && distance &&
        memcmp(name_text, SIMTERPOSE_NOTE_NAME, sizeof SIMTERPOSE_NOTE_NAME) == 0) {
      int64_t delta;
      memcpy(&delta, distance, sizeof delta);
      return at_address(elf, segment->p_vaddr + value + (uint64_t)delta, 2 * sizeof(uint32_t));
    }
    offset = (value + note->n_descsz + alignment - 1) & ~(alignment - 1);
  }
  return NULL;
}

static const uint32_t* find_descriptor(const struct stp_elf* elf) {
  const Elf64_Phdr* segment;
  for (unsigned i = 0; (segment = find_header(elf, PT_NOTE, i)); i++) {
    const uint32_t* descriptor = descriptor_in(elf, segment);
    if (descriptor)
      return descriptor;
  }
  return NULL;
}

/* ---- what may be wrong ---- */

struct complaint {
  char* message;
  size_t size;
  const char* path;
};

__attribute__((format(printf, 3, 4))) static enum stp_program_error
complain(const struct complaint* to, enum stp_program_error error, const char* format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  snprintf(to->message, to->size, "%s: %s", to->path, text);
  return error;
}

static enum stp_program_error check_kind(const struct stp_elf* elf, const struct complaint* to) {
  const Elf64_Ehdr* header = header_of(elf);
  if (elf->size >= 2 && memcmp(elf->data, "#!", 2) == 0) {
    const char* line = elf->data + 2;
    while (line < elf->data + elf->size && *line == ' ')
      line++;
    size_t left = (size_t)(elf->data + elf->size - line), length = 0;
    while (length < left && length < 128 && line[length] != '\n')
      length++;
    return complain(to, STP_PROGRAM_NOT_ELF,
                    "a script; deploy its interpreter (%.*s), built with -fplugin=simterpose.so",
                    (int)length, line);
  }
  if (elf->size < SELFMAG || memcmp(elf->data, ELFMAG, SELFMAG) != 0)
    return complain(to, STP_PROGRAM_NOT_ELF, "not an executable (ELF) file");
  if (elf->size > EI_CLASS && elf->data[EI_CLASS] == ELFCLASS32)
    return complain(to, STP_PROGRAM_WRONG_MACHINE, "a 32-bit program; build it for x86-64");
  if (!header || !record_at(elf, header->e_phoff, header->e_phnum * sizeof(Elf64_Phdr), 8) ||
      (header->e_phnum > 0 && header->e_phentsize != sizeof(Elf64_Phdr)))
    return complain(to, STP_PROGRAM_NOT_ELF, "a damaged executable; build it again");
  if (header->e_machine != EM_X86_64)
    return complain(to, STP_PROGRAM_WRONG_MACHINE,
                    "built for another machine (ELF machine %u); build it for x86-64",
                    header->e_machine);
  return STP_PROGRAM_OK;
}

static enum stp_program_error check_type(const struct stp_elf* elf, const struct complaint* to) {
  const unsigned type = header_of(elf)->e_type;
  const bool interpreted = find_header(elf, PT_INTERP, 0) != NULL;
  const Elf64_Dyn* flags = find_dynamic(elf, DT_FLAGS_1);
  const bool pie = flags && (flags->d_un.d_val & DF_1_PIE);
  if (type == ET_REL)
    return complain(to, STP_PROGRAM_NOT_ELF, "an object file; link it into a program");
  if ((type == ET_EXEC || (type == ET_DYN && pie)) && !interpreted)
    return complain(to, STP_PROGRAM_STATIC,
                    "statically linked; link it without -static (and with -pie)");
  if (type == ET_EXEC)
    return complain(to, STP_PROGRAM_NOT_PIE,
                    "not position-independent; compile it with -fPIE and link it with -pie");
  if (type != ET_DYN)
    return complain(to, STP_PROGRAM_NOT_ELF, "not an executable (ELF type %u)", type);
  if (!interpreted && !pie)
    return complain(to, STP_PROGRAM_NOT_ELF, "a shared library, not a program");
  return STP_PROGRAM_OK;
}

static enum stp_program_error check_contract(const struct stp_elf* elf,
                                             const struct complaint* to) {
  const uint32_t* descriptor = find_descriptor(elf);
  if (!descriptor || (uintptr_t)descriptor % sizeof *descriptor)
    return complain(
        to, STP_PROGRAM_NOT_INSTRUMENTED,
        "not instrumented; compile it with simterpose-cc (clang -fplugin=simterpose.so)");
  if (descriptor[0] != SIMTERPOSE_CONTRACT || descriptor[1] != sizeof(struct simterpose_module))
    return complain(to, STP_PROGRAM_OTHER_CONTRACT,
                    "built with the plugin of another version (contract %u, this is %u); "
                    "build it again with the simterpose.so of this one",
                    descriptor[0], SIMTERPOSE_CONTRACT);
  return STP_PROGRAM_OK;
}

static enum stp_program_error check(struct stp_elf* elf, const struct complaint* to) {
  enum stp_program_error error = check_kind(elf, to);
  if (error == STP_PROGRAM_OK)
    error = check_type(elf, to);
  if (error == STP_PROGRAM_OK)
    error = check_contract(elf, to);
  return error;
}

/* ---- opening ---- */

/* Maps the file whose descriptor is `fd`. Returns 0 or an errno. */
static int map(struct stp_elf* elf, int fd, const struct stat* facts) {
  elf->size = (size_t)facts->st_size;
  void* data = mmap(NULL, elf->size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED)
    return errno;
  elf->data = data;
  return 0;
}

static enum stp_program_error open_and_map(struct stp_elf* elf, const struct complaint* to) {
  const int fd = open(to->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return complain(to, STP_PROGRAM_MISSING, "no such program");
  if (fd < 0)
    return complain(to, STP_PROGRAM_UNREADABLE, "cannot be read: %s", strerror(errno));
  struct stat facts;
  enum stp_program_error error = STP_PROGRAM_OK;
  if (fstat(fd, &facts) != 0)
    error = complain(to, STP_PROGRAM_UNREADABLE, "cannot be read: %s", strerror(errno));
  else if (S_ISDIR(facts.st_mode))
    error = complain(to, STP_PROGRAM_UNREADABLE, "a directory, not a program");
  else if (!S_ISREG(facts.st_mode))
    error = complain(to, STP_PROGRAM_UNREADABLE, "not a regular file");
  else if (facts.st_size == 0)
    error = complain(to, STP_PROGRAM_NOT_ELF, "an empty file");
  else if (!(facts.st_mode & 0111))
    error = complain(to, STP_PROGRAM_UNREADABLE, "not executable; is it the program? (chmod +x)");
  else if (map(elf, fd, &facts) != 0)
    error = complain(to, STP_PROGRAM_UNREADABLE, "cannot be read: %s", strerror(errno));
  close(fd);
  return error;
}

enum stp_program_error stp_elf_open(struct stp_elf* elf, const char* path, char* message,
                                    size_t message_size) {
  const struct complaint to = {message, message_size, path};
  *elf = (struct stp_elf){0};
  enum stp_program_error error = open_and_map(elf, &to);
  if (error != STP_PROGRAM_OK)
    return error;
  error = check(elf, &to);
  if (error != STP_PROGRAM_OK) {
    stp_elf_close(elf);
    return error;
  }
  const Elf64_Dyn* flags = find_dynamic(elf, DT_FLAGS_1);
  if (flags)
    elf->flags_1 = (size_t)((const char*)&flags->d_un.d_val - elf->data);
  elf->runpath = dynamic_string(elf, find_dynamic(elf, DT_RUNPATH));
  if (!elf->runpath)
    elf->runpath = dynamic_string(elf, find_dynamic(elf, DT_RPATH));
  return STP_PROGRAM_OK;
}

void stp_elf_close(struct stp_elf* elf) { munmap((void*)elf->data, elf->size); }
