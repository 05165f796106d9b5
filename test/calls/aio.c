// CALLS: aio_read aio_write aio_fsync aio_error aio_return aio_suspend aio_cancel lio_listio
// RUN: %both
//
// Asynchronous input and output, waited for.
#include <aio.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "check.h"

static int file;

static ssize_t finish(struct aiocb* control) {
  const struct aiocb* list[1] = {control};
  while (aio_error(control) == EINPROGRESS)
    aio_suspend(list, 1, NULL);
  return aio_return(control);
}

static struct aiocb block(char* buffer, size_t size, off_t offset, int opcode) {
  struct aiocb control = {.aio_fildes = file, .aio_buf = buffer, .aio_nbytes = size};
  control.aio_offset = offset;
  control.aio_lio_opcode = opcode;
  control.aio_sigevent.sigev_notify = SIGEV_NONE;
  return control;
}

int main(void) {
  char text[] = "asynchronous", back[16] = "", more[16] = "";
  file = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
  struct aiocb out = block(text, 12, 5, LIO_WRITE), in = block(back, 16, 5, LIO_READ);
  CHECK_EQ(aio_write(&out), 0);
  CHECK_EQ(finish(&out), 12);
  CHECK_EQ(aio_fsync(O_SYNC, &out), 0);
  CHECK_EQ(finish(&out), 0);
  CHECK_EQ(aio_read(&in), 0);
  CHECK_EQ(finish(&in), 12);
  CHECK(strcmp(back, text) == 0);
  CHECK_EQ(aio_cancel(file, NULL), AIO_ALLDONE);
  CHECK_ERRNO(aio_cancel(99, NULL), EBADF);

  struct aiocb first = block(back, 4, 5, LIO_READ), second = block(more, 4, 9, LIO_READ);
  struct aiocb* both[2] = {&first, &second};
  CHECK_EQ(lio_listio(LIO_WAIT, both, 2, NULL), 0);
  CHECK_EQ(aio_return(&first), 4);
  CHECK_EQ(aio_return(&second), 4);
  CHECK(memcmp(more, "chro", 4) == 0);
  CHECK_ERRNO(lio_listio(77, both, 2, NULL), EINVAL);

  file = -1;
  struct aiocb bad = block(back, 4, 0, LIO_READ);
  CHECK_EQ(aio_read(&bad), 0);
  CHECK_EQ(finish(&bad), -1);
  CHECK_EQ(aio_error(&bad), EBADF);
  unlink("file");
  return 0;
}
