/* Reading /etc/hosts and the like, without a descriptor. */
#include "calls/etc_files.h"

#include <fcntl.h>
#include <string.h>

#include "file/description.h"
#include "file/installed.h"
#include "file/open.h"
#include "file/paths.h"
#include "process/hidden.h"
#include "process/process.h"

char* stp_etc_read(const char* path) {
  enum { STEP = 4096 };
  struct stp_file* file;
  if (stp_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0, &file) != 0)
    return NULL;
  char* text = stp_process_alloc(STEP + 1);
  size_t size = 0, room = STEP;
  for (;;) {
    const struct iovec rest = {text + size, room - size};
    const ssize_t got = stp_file_read(file, &rest, 1, -1);
    if (got <= 0)
      break;
    size += (size_t)got;
    if (size < room)
      continue;
    char* const larger = stp_process_alloc(2 * room + 1);
    memcpy(larger, text, size);
    stp_process_free(text);
    text = larger;
    room *= 2;
  }
  stp_file_unref(file);
  text[size] = '\0';
  return text;
}

char* stp_etc_read_own(const char* path) {
  STP_LOCATION location;
  const int error = stp_path_existing(AT_FDCWD, path, true, &location);
  const bool own = location.layer == STP_HOST || (location.layer == STP_REAL && location.in_base);
  return error == 0 && own ? stp_etc_read(path) : NULL;
}

/* Whether nothing can be there but what all hosts have. Names are looked up by the thousand. */
static bool is_untouched(const char* path) {
  struct stp_synthetic node;
  const struct stp_host* const host = stp_me->host;
  return !host->own_etc && !host->base && !*stp_path_root() && !stp_installed_at(path) &&
         stp_synthetic_find(path, &node);
}

bool stp_etc_is_synthetic(const char* path) {
  if (is_untouched(path))
    return true;
  STP_LOCATION location;
  return stp_path_existing(AT_FDCWD, path, true, &location) == 0 && location.layer == STP_SYNTHETIC;
}
