/* Files whose content is made when they are opened: /proc/self/status, /etc/hosts ... */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/description.h"
#include "file/regular.h"
#include "process/process.h"

struct text {
  struct stp_file file;
  char* content;
  size_t size;
  off_t position;
};

static ssize_t text_read(struct stp_file* file, const struct iovec* vectors, int count,
                         off_t offset) {
  struct text* const text = (struct text*)file;
  size_t at = (size_t)(offset < 0 ? text->position : offset), total = 0;
  for (int i = 0; i < count && at < text->size; i++) {
    const size_t left = text->size - at;
    const size_t size = vectors[i].iov_len < left ? vectors[i].iov_len : left;
    memcpy(vectors[i].iov_base, text->content + at, size);
    at += size;
    total += size;
  }
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
  (void)file;
  *result = (struct stat){.st_mode = S_IFREG | 0444, .st_nlink = 1, .st_blksize = 1024};
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

struct stp_file* stp_text_open(char* content, size_t size, int flags) {
  struct text* const text = stp_alloc(sizeof *text);
  stp_file_init(&text->file, &text_ops, flags);
  text->content = content;
  text->size = size;
  return &text->file;
}
