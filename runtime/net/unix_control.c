/* Control messages of Unix sockets, sent and received. */
#include "net/unix_control.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>

#include "file/fdtable.h"
#include "net/control.h"
#include "process/identity.h"
#include "process/process.h"

enum { FILES_MAX = 253 /* SCM_MAX_FD */ };

/* ---- what is sent ---- */

/* Calls visit for each control message of SOL_SOCKET; -EINVAL where the lengths do not fit. */
static int each(const struct msghdr* message,
                int (*visit)(void* argument, int type, const void* data, size_t size),
                void* argument) {
  const char *at = message->msg_control, *const end = at + message->msg_controllen;
  struct cmsghdr header;
  while (message->msg_controllen > 0 && end - at >= (ptrdiff_t)sizeof header) {
    memcpy(&header, at, sizeof header);
    if (header.cmsg_len < sizeof header || header.cmsg_len > (size_t)(end - at))
      return -EINVAL;
    const int error =
        header.cmsg_level == SOL_SOCKET
            ? visit(argument, header.cmsg_type, at + CMSG_LEN(0), header.cmsg_len - CMSG_LEN(0))
            : 0;
    if (error)
      return error;
    if (CMSG_ALIGN(header.cmsg_len) >= (size_t)(end - at))
      break;
    at += CMSG_ALIGN(header.cmsg_len);
  }
  return 0;
}

static bool is_one_of(id_t id, const struct stp_ids* ids) {
  return id == ids->real || id == ids->effective || id == ids->saved;
}

/* scm_check_creds. */
static int check_credentials(const void* data, size_t size) {
  struct ucred given;
  if (size != sizeof given)
    return -EINVAL;
  memcpy(&given, data, size);
  const struct stp_identity* const own = stp_identity();
  if ((given.pid != stp_me->pid && !stp_capable(CAP_SYS_ADMIN)) ||
      (!is_one_of(given.uid, &own->user) && !stp_capable(CAP_SETUID)) ||
      (!is_one_of(given.gid, &own->group) && !stp_capable(CAP_SETGID)))
    return -EPERM;
  return stp_process_by_pid(given.pid) ? 0 : -ESRCH;
}

static int check_files(int* count, const char* data, size_t size) {
  const int more = (int)(size / sizeof(int));
  if (more > FILES_MAX || *count + more > FILES_MAX)
    return -EINVAL;
  for (int i = 0; i < more; i++) {
    int fd;
    memcpy(&fd, data + (size_t)i * sizeof fd, sizeof fd);
    if (!stp_fd_get(fd))
      return -EBADF;
  }
  *count += more;
  return 0;
}

static int check(void* count, int type, const void* data, size_t size) {
  switch (type) {
  case SCM_RIGHTS:
    return check_files(count, data, size);
  case SCM_CREDENTIALS:
    return check_credentials(data, size);
  default:
    return -EINVAL;
  }
}

int stp_unix_control_check(const struct msghdr* message) {
  int count = 0;
  const int error = each(message, check, &count);
  return error == 0 && count > 0 && stp_unix_flies_too_much() ? -ETOOMANYREFS : error;
}

static int gather(void* argument, int type, const void* data, size_t size) {
  struct stp_unix_control* const control = argument;
  if (type == SCM_CREDENTIALS)
    memcpy(&control->credentials, data, sizeof control->credentials);
  if (type == SCM_RIGHTS && !control->sender)
    control->sender = stp_unix_flyer();
  for (size_t i = 0; type == SCM_RIGHTS && i < size / sizeof(int); i++) {
    int fd;
    memcpy(&fd, (const char*)data + i * sizeof fd, sizeof fd);
    struct stp_file* const file = stp_fd_get(fd);
    if (!file)
      continue; /* closed meanwhile by another thread */
    control->files[control->count++] = stp_file_ref(file);
    stp_unix_flight_add(control->sender, file);
  }
  return 0;
}

struct stp_unix_control* stp_unix_control_make(const struct stp_unix* from,
                                               const struct stp_unix* to,
                                               const struct msghdr* message) {
  const bool shown = from->pass_credentials || to->pass_credentials || to->embryo;
  if (!shown && message->msg_controllen == 0)
    return NULL;
  struct stp_unix_control* const control = stp_alloc(
      sizeof *control + (message->msg_controllen > 0 ? FILES_MAX : 0) * sizeof(struct stp_file*));
  if (message->msg_controllen > 0)
    each(message, gather, control);
  if (shown && control->credentials.pid == 0)
    control->credentials = stp_unix_own_credentials();
  if (control->count > 0 || control->credentials.pid != 0)
    return control;
  stp_free(control);
  return NULL;
}

void stp_unix_control_land(struct stp_unix_control* control) {
  const int count = control->count;
  control->count = 0;
  for (int i = 0; i < count; i++) {
    stp_unix_flight_remove(control->sender, control->files[i]);
    stp_file_unref(control->files[i]);
  }
}

void stp_unix_control_free(struct stp_unix_control* control) {
  if (!control)
    return;
  stp_unix_control_land(control);
  stp_free(control);
}

/* ---- what is received ---- */

/* scm_detach_fds: as many as there is room for and numbers are free. */
static void put_files(struct stp_control* writer, const struct stp_unix_control* control,
                      int flags) {
  int fds[FILES_MAX], count = 0;
  const size_t left = writer->start ? writer->room - writer->used : 0;
  const int most = left > CMSG_LEN(0) ? (int)((left - CMSG_LEN(0)) / sizeof(int)) : 0;
  while (count < control->count && count < most) {
    const int fd = stp_fd_install(stp_file_ref(control->files[count]), 0, flags & MSG_CMSG_CLOEXEC);
    if (fd < 0)
      break;
    fds[count++] = fd;
  }
  if (count > 0)
    stp_control_put(writer, SOL_SOCKET, SCM_RIGHTS, fds, (size_t)count * sizeof(int));
  if (count < control->count)
    writer->flags |= MSG_CTRUNC;
}

void stp_unix_control_tell(const struct stp_unix* socket, const struct stp_unix_control* control,
                           struct msghdr* message, size_t room, int flags) {
  struct stp_control writer = {.start = message->msg_control, .room = room};
  if (socket->pass_credentials) {
    struct ucred credentials = {0, 65534, 65534}; /* of nobody who is known */
    if (control && control->credentials.pid)
      credentials = control->credentials;
    stp_control_put(&writer, SOL_SOCKET, SCM_CREDENTIALS, &credentials, sizeof credentials);
  }
  if (control && control->count > 0)
    put_files(&writer, control, flags);
  stp_control_end(&writer, message);
}

void stp_unix_marks_clear(struct stp_unix* socket) {
  while (socket->marks) {
    struct stp_unix_mark* const mark = socket->marks;
    socket->marks = mark->next;
    stp_unix_control_free(mark->control);
    stp_free(mark);
  }
}
