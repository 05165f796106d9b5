/* The memory devices of Linux (drivers/char/mem.c, random.c). Random bytes come from the run's
 * seed. */
#include "file/device.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "file/description.h"
#include "process/process.h"
#include "process/random.h"

struct device {
  struct stp_file file;
  enum stp_device device;
};

dev_t stp_device_number(enum stp_device device) {
  static const unsigned char minors[] = {3, 5, 7, 8, 9};
  return makedev(1, minors[device]);
}

const char* stp_device_name(dev_t number) {
  switch (minor(number)) {
  case 3:
    return "null";
  case 5:
    return "zero";
  case 7:
    return "full";
  case 8:
    return "random";
  default:
    return "urandom";
  }
}

static size_t total_size(const struct iovec* vectors, int count) {
  size_t total = 0;
  for (int i = 0; i < count; i++)
    total += vectors[i].iov_len;
  return total;
}

static ssize_t device_read(struct stp_file* file, const struct iovec* vectors, int count,
                           off_t offset) {
  (void)offset;
  const enum stp_device device = ((struct device*)file)->device;
  if (device == STP_DEV_NULL)
    return 0;
  for (int i = 0; i < count; i++)
    if (device == STP_DEV_RANDOM || device == STP_DEV_URANDOM)
      stp_random_fill(vectors[i].iov_base, vectors[i].iov_len);
    else if (vectors[i].iov_len > 0)
      memset(vectors[i].iov_base, 0, vectors[i].iov_len);
  return (ssize_t)total_size(vectors, count);
}

static ssize_t device_write(struct stp_file* file, const struct iovec* vectors, int count,
                            off_t offset) {
  (void)offset;
  const size_t size = total_size(vectors, count);
  return ((struct device*)file)->device == STP_DEV_FULL && size > 0 ? -ENOSPC : (ssize_t)size;
}

/* Linux lets these be positioned anywhere, without effect; the random ones not. */
static off_t device_seek(struct stp_file* file, off_t offset, int whence) {
  (void)offset, (void)whence;
  const enum stp_device device = ((struct device*)file)->device;
  return device == STP_DEV_RANDOM || device == STP_DEV_URANDOM ? -ESPIPE : 0;
}

static int device_stat(struct stp_file* file, struct stat* result) {
  *result = (struct stat){
      .st_mode = S_IFCHR | 0666,
      .st_nlink = 1,
      .st_blksize = 4096,
      .st_rdev = stp_device_number(((struct device*)file)->device),
  };
  return 0;
}

static void device_close(struct stp_file* file) { stp_free(file); }

static const struct stp_file_ops device_ops = {
    .kind = "device",
    .read = device_read,
    .write = device_write,
    .seek = device_seek,
    .stat = device_stat,
    .close = device_close,
};

struct stp_file* stp_device_open(enum stp_device device, int flags) {
  struct device* const opened = stp_alloc(sizeof *opened);
  stp_file_init(&opened->file, &device_ops, flags);
  opened->device = device;
  return &opened->file;
}

bool stp_is_device(const struct stp_file* file, enum stp_device device) {
  return file->ops == &device_ops && ((const struct device*)file)->device == device;
}
