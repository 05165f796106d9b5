// CALLS: fopen fdopen freopen fclose fcloseall fflush tmpfile fopencookie fmemopen open_memstream
// CALLS: fileno
// CALLS: fgetc fputc ungetc getchar putchar fgets __fgets_chk getdelim getline fputs puts fread
// CALLS: __fread_chk fwrite fseek ftell rewind fgetpos fsetpos setvbuf setbuffer setbuf setlinebuf
// CALLS: feof ferror clearerr __fpending __fbufsize __fpurge __freading __fwriting __freadable
// CALLS: __fwritable __flbf __fsetlocking _flushlbf
// RUN: %both
//
// Streams: opening, bytes, lines, blocks, positions, buffers.
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <stdio_ext.h>
#include <sys/stat.h>
#include <unistd.h>

char* __fgets_chk(char* line, size_t room, int size, FILE* stream);
size_t __fread_chk(void* block, size_t room, size_t size, size_t count, FILE* stream);

static void opening(void) {
  CHECK(fopen("absent", "r") == NULL && errno == ENOENT);
  CHECK(fopen("f", "q") == NULL && errno == EINVAL);
  FILE* f = fopen("f", "w");
  CHECK(f);
  CHECK_EQ(fileno(f), 3);
  CHECK_EQ(fputs("one\ntwo\n", f), 1);
  struct stat result;
  CHECK_EQ(stat("f", &result), 0);
  CHECK_EQ(result.st_size, 0); /* still buffered */
  CHECK_EQ(fgetc(f), EOF);
  CHECK(ferror(f));
  clearerr(f);
  CHECK(!ferror(f));
  CHECK_EQ(fflush(f), 0);
  CHECK_EQ(stat("f", &result), 0);
  CHECK_EQ(result.st_size, 8);
  CHECK_EQ(fclose(f), 0);
  CHECK(fopen("f", "wx") == NULL && errno == EEXIST);
  f = fopen("f", "a");
  CHECK_EQ(ftell(f), 8);
  CHECK_EQ(fputs("three\n", f), 1);
  CHECK_EQ(fclose(f), 0);
  f = fopen("f", "re");
  CHECK_EQ(fcntl(fileno(f), F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fputc('x', f), EOF);
  CHECK_EQ(errno, EBADF);
  CHECK_EQ(fclose(f), 0);
}

static void lines(void) {
  FILE* f = fopen("f", "r");
  char line[64];
  CHECK(fgets(line, sizeof line, f) == line && strcmp(line, "one\n") == 0);
  CHECK(__fgets_chk(line, sizeof line, 3, f) == line && strcmp(line, "tw") == 0);
  CHECK_EQ(fgetc(f), 'o');
  CHECK_EQ(ungetc('q', f), 'q');
  CHECK_EQ(getc(f), 'q');
  CHECK_EQ(getc_unlocked(f), '\n');
  char* text = NULL;
  size_t size = 0;
  CHECK_EQ(getline(&text, &size, f), 6);
  CHECK(strcmp(text, "three\n") == 0);
  CHECK_EQ(getline(&text, &size, f), -1);
  CHECK(feof(f) && !ferror(f));
  rewind(f);
  CHECK(!feof(f));
  CHECK_EQ(getdelim(&text, &size, 't', f), 5);
  CHECK(strcmp(text, "one\nt") == 0);
  free(text);
  CHECK_EQ(fclose(f), 0);
}

static void positions(void) {
  FILE* f = fopen("p", "w+");
  char text[16];
  CHECK_EQ(fwrite("0123456789", 1, 10, f), 10);
  CHECK_EQ(ftell(f), 10);
  CHECK_EQ(fseek(f, 2, SEEK_SET), 0);
  CHECK_EQ(fread(text, 2, 2, f), 2);
  CHECK(memcmp(text, "2345", 4) == 0);
  fpos_t position;
  CHECK_EQ(fgetpos(f, &position), 0);
  CHECK_EQ(fseek(f, -1, SEEK_END), 0);
  CHECK_EQ(__fread_chk(text, sizeof text, 1, 5, f), 1);
  CHECK_EQ(text[0], '9');
  CHECK_EQ(fsetpos(f, &position), 0);
  CHECK_EQ(ftello(f), 6);
  CHECK_EQ(fseeko(f, 1, SEEK_CUR), 0);
  CHECK_EQ(fputc('x', f), 'x');
  rewind(f);
  CHECK_EQ(fread(text, 1, 16, f), 10);
  CHECK(memcmp(text, "0123456x89", 10) == 0);
  CHECK_ERRNO(fseek(f, -1, SEEK_SET), EINVAL);
  CHECK_EQ(fclose(f), 0);

  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  f = fdopen(ends[0], "r");
  CHECK_ERRNO(fseek(f, 0, SEEK_SET), ESPIPE);
  CHECK_ERRNO(ftell(f), ESPIPE);
  fclose(f);
  close(ends[1]);
}

static void big_blocks(void) {
  enum { SIZE = 1 << 20 };
  char *block = malloc(SIZE), *again = malloc(SIZE);
  for (int i = 0; i < SIZE; i++)
    block[i] = (char)(i * 7 + i / 1000);
  FILE* f = fopen("big", "w+");
  CHECK_EQ(fwrite("head", 1, 4, f), 4);
  CHECK_EQ(fwrite(block, SIZE, 1, f), 1);
  CHECK_EQ(fseek(f, 4, SEEK_SET), 0);
  CHECK_EQ(fread(again, 1, SIZE, f), SIZE);
  CHECK(memcmp(block, again, SIZE) == 0);
  CHECK_EQ(fgetc(f), EOF);
  CHECK_EQ(fclose(f), 0);
  free(block);
  free(again);
}

static void descriptors(void) {
  CHECK(fdopen(99, "r") == NULL && errno == EBADF);
  int fd = open("f", O_RDONLY);
  CHECK(fdopen(fd, "w") == NULL && errno == EINVAL);
  FILE* f = fdopen(fd, "r");
  CHECK_EQ(fileno(f), fd);
  CHECK_EQ(fgetc(f), 'o');
  CHECK_EQ(fclose(f), 0);
  CHECK_ERRNO(close(fd), EBADF);

  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  FILE *in = fdopen(ends[0], "r"), *out = fdopen(ends[1], "w");
  char line[64];
  CHECK(fputs("through the pipe\n", out) >= 0);
  CHECK(__fpending(out) == 17);
  CHECK_EQ(fflush(out), 0);
  CHECK(fgets(line, sizeof line, in) && strcmp(line, "through the pipe\n") == 0);
  CHECK_EQ(fclose(out), 0);
  CHECK_EQ(fgetc(in), EOF);
  CHECK(feof(in));
  CHECK_EQ(fclose(in), 0);
}

static void reopening(void) {
  FILE* f = fopen("f", "r");
  int fd = fileno(f);
  CHECK_EQ(fgetc(f), 'o');
  CHECK(freopen("r", "w+", f) == f);
  CHECK_EQ(fileno(f), fd);
  CHECK_EQ(fputs("new", f), 1);
  rewind(f);
  CHECK_EQ(fgetc(f), 'n');
  CHECK(freopen("f", "r", f) == f);
  CHECK_EQ(fgetc(f), 'o');
  CHECK_EQ(fputc('x', f), EOF);
  CHECK_EQ(fclose(f), 0);
  f = fopen("f", "r");
  CHECK(freopen("absent/x", "r", f) == NULL && errno == ENOENT);
}

static void buffers(void) {
  struct stat result;
  static char own[256];
  FILE* f = fopen("b", "w");
  CHECK_EQ(setvbuf(f, own, _IOFBF, sizeof own), 0);
  fputs("abc", f);
  CHECK(memcmp(own, "abc", 3) == 0);
  CHECK_EQ(__fbufsize(f), sizeof own);
  __fpurge(f);
  CHECK_EQ(__fpending(f), 0);
  setlinebuf(f);
  CHECK(__flbf(f));
  fputs("line\nrest", f);
  CHECK_EQ(stat("b", &result), 0);
  CHECK_EQ(result.st_size, 5);
  _flushlbf();
  CHECK_EQ(stat("b", &result), 0);
  CHECK_EQ(result.st_size, 9);
  setbuf(f, NULL);
  fputs("now", f);
  CHECK_EQ(stat("b", &result), 0);
  CHECK_EQ(result.st_size, 12);
  setbuffer(f, own, sizeof own);
  fputs("later", f);
  CHECK(__fwriting(f) && !__freading(f) && __fwritable(f) && !__freadable(f));
  CHECK_EQ(fflush(NULL), 0);
  CHECK_EQ(stat("b", &result), 0);
  CHECK_EQ(result.st_size, 17);
  CHECK_EQ(__fsetlocking(f, FSETLOCKING_QUERY), FSETLOCKING_INTERNAL);
  CHECK_EQ(fclose(f), 0);
}

/* ---- a program's own streams ---- */

static char stored[64];
static size_t stored_size;
static int closed;

static ssize_t store(void* cookie, const char* data, size_t size) {
  CHECK(cookie == stored);
  memcpy(stored + stored_size, data, size);
  stored_size += size;
  return (ssize_t)size;
}

static int end(void* cookie) {
  (void)cookie;
  closed++;
  return 0;
}

static void custom(void) {
  const cookie_io_functions_t functions = {.write = store, .close = end};
  FILE* f = fopencookie(stored, "w", functions);
  CHECK(f);
  CHECK_ERRNO(fileno(f), EBADF);
  CHECK_EQ(fprintf(f, "%d!", 42), 3);
  CHECK_EQ(stored_size, 0);
  CHECK_EQ(fclose(f), 0);
  CHECK(stored_size == 3 && memcmp(stored, "42!", 3) == 0 && closed == 1);

  char text[] = "some text";
  f = fmemopen(text, sizeof text, "r");
  char word[16];
  CHECK_EQ(fscanf(f, "%15s", word), 1);
  CHECK(strcmp(word, "some") == 0);
  CHECK_EQ(fclose(f), 0);

  char* made;
  size_t size;
  f = open_memstream(&made, &size);
  CHECK_EQ(fflush(f), 0);
  CHECK_EQ(size, 0);
  fprintf(f, "made %s", "here");
  CHECK_EQ(fflush(f), 0);
  CHECK(size == 9 && strcmp(made, "made here") == 0);
  for (int i = 0; i < 2000; i++)
    fprintf(f, "%05d", i);
  CHECK_EQ(ftell(f), 10009);
  CHECK_EQ(fseek(f, 4, SEEK_SET), 0);
  CHECK_EQ(fputc('-', f), '-');
  CHECK_EQ(fflush(f), 0);
  CHECK_EQ(size, 5);
  CHECK_EQ(fclose(f), 0);
  CHECK(strncmp(made, "made-", 5) == 0);
  free(made);

  f = tmpfile();
  CHECK(f);
  fputs("temporary", f);
  rewind(f);
  CHECK_EQ(fgetc(f), 't');
  CHECK_EQ(fclose(f), 0);
}

/* The standard streams, put on files. */
static void standard(void) {
  CHECK(fileno(stdin) == 0 && fileno(stdout) == 1 && fileno(stderr) == 2);
  CHECK(freopen("out", "w", stdout) == stdout);
  CHECK_EQ(puts("line"), 5);
  CHECK_EQ(putchar('x'), 'x');
  CHECK_EQ(putchar_unlocked('y'), 'y');
  CHECK_EQ(fflush(stdout), 0);
  CHECK(freopen("out", "r", stdin) == stdin);
  CHECK_EQ(getchar(), 'l');
  CHECK_EQ(getchar_unlocked(), 'i');
  char text[16] = "";
  CHECK_EQ(fread(text, 1, sizeof text, stdin), 5);
  CHECK(strcmp(text, "ne\nxy") == 0);
  CHECK_EQ(getchar(), EOF);
}

int main(void) {
  closefrom(3);
  opening();
  lines();
  positions();
  big_blocks();
  descriptors();
  reopening();
  closefrom(3);
  buffers();
  custom();
  standard();
  fcloseall();
  return 0;
}
