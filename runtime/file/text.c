/* Files whose content is made when they are opened: /proc/self/status, /etc/hosts ... */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/bytes.h"
#include "file/description.h"
#include "file/regular.h"
#include "process/process.h"

struct text {
  struct stp_file file;
  char* content;
  size_t size;
  off_t position;
  struct stat status;
};

static ssize_t text_read(struct stp_file* file, const struct iovec* vectors, int count,
                         off_t offset) {
  struct text* const text = (struct text*)file;
  const size_t at = (size_t)(offset < 0 ? text->position : offset);
  if (at >= text->size)
    return 0;
  struct stp_cursor to = {vectors, count, 0};
  const size_t total = stp_cursor_store(&to, text->content + at, text->size - at);
  if (offset < 0)
    text->position += (off_t)total;
  return (ssize_t)total;
}

static off_t text_seek(struct stp_file* file, off_t offset, int whence) {
  struct text* const text = (struct text*)file;
  const off_t from = whence == SEEK_CUR   ? text->position
                     : whence == SEEK_END ? (off_t)text->size
                                          : 0;
  if ((whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) || from + offset < 0)
    return -EINVAL;
  return text->position = from + offset;
}

static int text_stat(struct stp_file* file, struct stat* result) {
  *result = ((struct text*)file)->status;
  return 0;
}

static void text_close(struct stp_file* file) {
  stp_free(((struct text*)file)->content);
  stp_free(file);
}

static const struct stp_file_ops text_ops = {
    .kind = "text",
    .read = text_read,
    .seek = text_seek,
    .stat = text_stat,
    .close = text_close,
};

struct stp_file* stp_text_open(char* content, size_t size, const struct stat* status, int flags) {
  struct text* const text = stp_alloc(sizeof *text);
  stp_file_init(&text->file, &text_ops, flags);
  text->content = content;
  text->size = size;
  text->status = *status;
  return &text->file;
}
