// RUN: %unit elf
/* Damaged executables: whatever is wrong, a message and no crash. The test itself serves as the
 * file to damage. */
#include "process/elf.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

static char directory[] = "/tmp/simterpose-elf-XXXXXX";
static char path[64];
static char* original;
static size_t size;

static void read_self(void) {
  int fd = open("/proc/self/exe", O_RDONLY);
  struct stat facts;
  CHECK(fd >= 0 && fstat(fd, &facts) == 0);
  size = (size_t)facts.st_size;
  original = malloc(size);
  for (size_t got = 0; got < size;) {
    ssize_t more = read(fd, original + got, size - got);
    CHECK(more > 0);
    got += (size_t)more;
  }
  close(fd);
}

static void write_file(const char* data, size_t length) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
  CHECK(fd >= 0 && write(fd, data, length) == (ssize_t)length);
  close(fd);
}

static enum stp_program_error examine(void) {
  struct stp_elf elf;
  char message[256] = "";
  enum stp_program_error error = stp_elf_open(&elf, path, message, sizeof message);
  if (error == STP_PROGRAM_OK)
    stp_elf_close(&elf);
  else
    CHECK(strncmp(message, path, strlen(path)) == 0 && strlen(message) > strlen(path) + 2);
  return error;
}

static void truncated(void) {
  for (size_t length = 1; length < 2000; length += 3) {
    write_file(original, length);
    CHECK(examine() != STP_PROGRAM_OK);
  }
}

/* Bytes of the headers, of the dynamic section and of the notes, at random. */
static void damaged(void) {
  char* copy = malloc(size);
  for (int round = 0; round < 3000; round++) {
    memcpy(copy, original, size);
    for (int i = 0; i < 4; i++) {
      size_t reach = support_random() % 4 == 0 ? size : 1200;
      copy[support_random() % reach] = (char)support_random();
    }
    write_file(copy, size);
    CHECK(examine() != STP_PROGRAM_OK);
  }
  free(copy);
}

int main(void) {
  CHECK(mkdtemp(directory));
  snprintf(path, sizeof path, "%s/program", directory);
  read_self();
  CHECK_EQ(examine(), STP_PROGRAM_MISSING);
  write_file("", 0);
  CHECK_EQ(examine(), STP_PROGRAM_NOT_ELF);
  write_file("#! /bin/sh\n", 11);
  CHECK_EQ(examine(), STP_PROGRAM_NOT_ELF);
  write_file(original, size);
  CHECK_EQ(examine(), STP_PROGRAM_NOT_INSTRUMENTED);
  truncated();
  damaged();
  unlink(path);
  rmdir(directory);
  return 0;
}
