/* FILEs in the memory of a process, so that fork copies them. libc makes FILEs in its own heap and
 * chains them; so one that it made serves as a template, whose bytes become the others: not
 * chained, with a buffer from the process's heap, and closed here and not by fclose, since they
 * are no blocks of libc's. */
#include <dlfcn.h>
#include <malloc.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#include "file/stream.h"
#include "process/process.h"
#include "trace/log.h"

enum { MAGIC = 0x57524541 };

/* struct _IO_cookie_file, an ABI of glibc's: FILE, virtual table, cookie, functions; then the lock
 * to which the FILE points. */
enum { COOKIE = sizeof(FILE) + sizeof(void*) };

/* Where memory is big enough for the unusual: a pipe, a file and a socket all have blocks of this
 * size; libc takes BUFSIZ where there is no descriptor. */
enum { BUFFER = 4096 };

static size_t template_size;

/* AddressSanitizer puts functions of its own in between. */
static FILE* plain_fopencookie(void* cookie) {
#ifdef __SANITIZE_ADDRESS__
  void* const libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  FILE* (*function)(void*, const char*, cookie_io_functions_t);
  *(void**)&function = dlsym(libc, "fopencookie");
  return function(cookie, "r", stp_stream_functions);
#else
  return fopencookie(cookie, "r", stp_stream_functions);
#endif
}

static const char* template(void) {
  static const char* made;
  if (made)
    return made;
  FILE* const file = plain_fopencookie(&template_size);
  if (!file)
    stp_fatal("out of memory (a stream)");
  const char* const bytes = (const char*)file;
  template_size = malloc_usable_size(file);
  void* cookie;
  memcpy(&cookie, bytes + COOKIE, sizeof cookie);
  const size_t lock = (size_t)((const char*)file->_lock - bytes);
  if (template_size > STP_FILE_SPACE || cookie != &template_size || lock >= template_size)
    stp_fatal("this version of libc lays out its streams in an unknown way");
  return made = bytes;
}

void stp_stream_make(struct stp_stream* stream, const char* mode) {
  FILE* const file = stp_stream_file_of(stream);
  const char* const from = template();
  memcpy(stream->file, from, template_size);
  memcpy(stream->file + COOKIE, &(void*){stream}, sizeof(void*));
  file->_lock = (_IO_lock_t*)(stream->file + ((const char*)file->_lock - from));
  file->_chain = NULL;
  file->_flags &= ~(IO_LINKED | IO_NO_READS | IO_NO_WRITES | IO_IS_APPENDING);
  if (mode[0] == 'a')
    file->_flags |= IO_IS_APPENDING;
  if (mode[1] != '+')
    file->_flags |= mode[0] == 'r' ? IO_NO_WRITES : IO_NO_READS;
  stream->magic = MAGIC;
  stream->fd = -1;
}

struct stp_stream* stp_stream_of(FILE* file) {
  struct stp_stream* const stream = (struct stp_stream*)file;
  return stp_region_holds(file) && stream->magic == MAGIC ? stream : NULL;
}

void stp_stream_give_buffer(struct stp_stream* stream) {
  FILE* const file = stp_stream_file_of(stream);
  const size_t size = stream->fd < 0 ? BUFSIZ : BUFFER;
  if (stream->buffer || file->_IO_buf_base)
    return;
  stream->buffer = stp_heap_alloc(stp_me->heap, size);
  if (!stream->buffer)
    return; /* libc will try its own heap */
  file->_IO_buf_base = stream->buffer;
  file->_IO_buf_end = stream->buffer + size;
  file->_flags |= IO_USER_BUF;
}

/* ---- bytes pushed back ---- */

/* Memory that libc allocated for itself, or that was moved. */
static void give_back(void* block) {
  if (stp_region_holds(block))
    stp_heap_free(stp_me->heap, block);
  else
    free(block);
}

/* The block that holds them, if it is not the process's: its size. */
static size_t foreign_backup(const FILE* file, char** start) {
  const bool used = file->_flags & IO_IN_BACKUP;
  *start = used ? file->_IO_read_base : file->_IO_save_base;
  const char* const end = used ? file->_IO_read_end : file->_IO_save_end;
  return *start && !stp_region_holds(*start) ? (size_t)(end - *start) : 0;
}

/* The pointers into it, written to where `file` lies now, become pointers into `moved`. */
static void point_to(const struct stp_region* region, FILE* file, const char* old, size_t size,
                     char* moved) {
  char** const pointers[] = {&file->_IO_read_base, &file->_IO_read_ptr, &file->_IO_read_end,
                             &file->_IO_save_base, &file->_IO_save_end, &file->_IO_backup_base};
  for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++)
    if (*pointers[i] >= old && *pointers[i] <= old + size)
      *(char**)stp_region_alias(region, pointers[i]) = moved + (*pointers[i] - old);
}

void stp_stream_keep_backup(FILE* file) {
#ifdef __SANITIZE_ADDRESS__ /* whose free refuses memory of a region */
  (void)file;
#else
  char* old;
  const size_t size = stp_stream_of(file) ? foreign_backup(file, &old) : 0;
  char* const moved = size > 0 ? stp_heap_alloc(stp_me->heap, size) : NULL;
  if (!moved)
    return;
  memcpy(moved, old, size);
  point_to(&stp_me->region, file, old, size, moved);
  free(old);
#endif
}

void stp_stream_fork_backup(const struct stp_stream* stream, struct stp_process* child) {
  FILE* const file = stp_stream_file_of((struct stp_stream*)stream);
  char* old;
  const size_t size = foreign_backup(file, &old);
  if (size > 0)
    point_to(&child->region, file, old, size, memcpy(stp_alloc(size), old, size));
}

/* ---- the end ---- */

/* Since 2.41 libc's fclose sets the descriptor back to where the program has read, as POSIX says.
 */
static bool flushes_when_closed(const FILE* file) {
  return file->_flags & IO_CURRENTLY_PUTTING || __GLIBC_PREREQ(2, 41);
}

int stp_stream_finish(struct stp_stream* stream) {
  FILE* const file = stp_stream_file_of(stream);
  const int flushed = flushes_when_closed(file) ? fflush_unlocked(file) : 0;
  const int closed = stp_stream_close_under(stream);
  __fpurge(file); /* ends the use of bytes pushed back */
  if (file->_IO_save_base)
    give_back(file->_IO_save_base);
  if (file->_IO_buf_base && !(file->_flags & IO_USER_BUF))
    free(file->_IO_buf_base);
  if (stream->buffer)
    stp_heap_free(stp_me->heap, stream->buffer);
  stream->magic = 0;
  return closed ? closed : flushed;
}
