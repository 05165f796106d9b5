// CALLS: openpty forkpty login_tty posix_openpt getpt grantpt unlockpt ptsname ptsname_r
// CALLS: tcgetattr tcsetattr tcdrain tcflush tcflow tcsendbreak tcgetsid tcgetpgrp tcsetpgrp
// CALLS: isatty ttyname ttyname_r getpass
// RUN: env STP_LIBS=-lutil %both
//
// Pseudo-terminals: what is typed, what is shown, settings, hanging up.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include "check.h"

static int master, slave;

static void open_pair(void) { CHECK_EQ(openpty(&master, &slave, NULL, NULL, NULL), 0); }

static void close_pair(void) {
  CHECK_EQ(close(slave), 0);
  CHECK_EQ(close(master), 0);
}

static void type(const char* text) { CHECK_EQ(write(master, text, strlen(text)), strlen(text)); }

/* Exactly this can be read now, and nothing more. */
static void expect(int fd, const char* text) {
  char found[256] = "";
  size_t size = 0;
  struct pollfd polled = {fd, POLLIN, 0};
  while (size < strlen(text) && poll(&polled, 1, 5000) == 1) {
    const ssize_t got = read(fd, found + size, sizeof found - 1 - size);
    CHECK(got > 0);
    size += (size_t)got;
  }
  if (strcmp(found, text) != 0)
    printf("found \"%s\", expected \"%s\"\n", found, text);
  CHECK(strcmp(found, text) == 0);
  polled.revents = 0;
  CHECK_EQ(poll(&polled, 1, 0), 0);
}

static struct termios settings(void) {
  struct termios found;
  CHECK_EQ(tcgetattr(slave, &found), 0);
  return found;
}

static void set(struct termios wanted) { CHECK_EQ(tcsetattr(slave, TCSANOW, &wanted), 0); }

/* ---- names ---- */

static void test_names(void) {
  char name[64], other[64];
  struct stat status;
  const int first = posix_openpt(O_RDWR | O_NOCTTY);
  CHECK(first >= 0);
  CHECK_EQ(grantpt(first), 0);
  CHECK_EQ(ptsname_r(first, name, sizeof name), 0);
  CHECK(strncmp(name, "/dev/pts/", 9) == 0);
  CHECK(strcmp(ptsname(first), name) == 0);
  CHECK_EQ(ptsname_r(first, other, 4), ERANGE);
  CHECK_ERRNO(open(name, O_RDWR | O_NOCTTY), EIO); /* locked */
  CHECK_EQ(unlockpt(first), 0);
  const int second = open(name, O_RDWR | O_NOCTTY);
  CHECK(second >= 0);
  CHECK_EQ(isatty(second), 1);
  CHECK_EQ(isatty(first), 1);
  CHECK(strcmp(ttyname(second), name) == 0);
  CHECK_EQ(ttyname_r(second, other, sizeof other), 0);
  CHECK(strcmp(other, name) == 0);
  CHECK_EQ(ttyname_r(second, other, 4), ERANGE);
  CHECK_EQ(fstat(second, &status), 0);
  CHECK(S_ISCHR(status.st_mode));
  CHECK_EQ(major(status.st_rdev), 136);
  CHECK_EQ(status.st_uid, getuid());
  CHECK_EQ(stat(name, &status), 0);
  CHECK(S_ISCHR(status.st_mode));
  CHECK(llabs(status.st_atime - time(NULL)) < 60 && llabs(status.st_mtime - time(NULL)) < 60);
  CHECK(llabs(status.st_ctime - time(NULL)) < 60);
  CHECK_EQ(close(second), 0);
  CHECK_EQ(close(first), 0);
  CHECK_ERRNO(open(name, O_RDWR | O_NOCTTY), ENOENT);
  const int third = getpt();
  CHECK(third >= 0);
  CHECK_EQ(close(third), 0);

  const int file = open("/dev/null", O_RDWR);
  CHECK_EQ(isatty(file), 0);
  CHECK_EQ(errno, ENOTTY);
  CHECK_EQ(isatty(1000), 0);
  CHECK_EQ(errno, EBADF);
  CHECK(!ttyname(file));
  CHECK_EQ(errno, ENOTTY);
  CHECK_ERRNO(grantpt(file), EINVAL);
  CHECK_ERRNO(unlockpt(file), EINVAL);
  CHECK_ERRNO(grantpt(1000), EBADF);
  CHECK(!ptsname(file));
  CHECK_EQ(errno, ENOTTY);
  CHECK_EQ(ptsname_r(file, name, sizeof name), ENOTTY);
  struct termios found;
  CHECK_ERRNO(tcgetattr(file, &found), ENOTTY);
  CHECK_ERRNO(tcgetattr(1000, &found), EBADF);
  CHECK_ERRNO(tcsetattr(file, TCSANOW, &found), ENOTTY);
  CHECK_ERRNO(tcdrain(file), ENOTTY);
  CHECK_ERRNO(tcflush(file, TCIFLUSH), ENOTTY);
  CHECK_ERRNO(tcflow(file, TCOON), ENOTTY);
  CHECK_ERRNO(tcsendbreak(file, 0), ENOTTY);
  CHECK_ERRNO(tcgetpgrp(file), ENOTTY);
  CHECK_ERRNO(tcsetpgrp(file, getpgrp()), ENOTTY);
  CHECK_ERRNO(tcgetsid(file), ENOTTY);
  CHECK_EQ(close(file), 0);
}

/* ---- lines ---- */

static void test_lines(void) {
  char text[16];
  open_pair();
  type("hello\r");
  expect(master, "hello\r\n");
  expect(slave, "hello\n");
  CHECK_EQ(write(slave, "a\nb", 3), 3);
  expect(master, "a\r\nb");
  /* Nothing to read before the line ends. */
  type("half");
  expect(master, "half");
  expect(slave, "");
  type("\n");
  expect(master, "\r\n");
  CHECK_EQ(read(slave, text, 2), 2); /* a line may be read in pieces */
  CHECK_EQ(read(slave, text, 10), 3);
  CHECK(memcmp(text, "lf\n", 3) == 0);
  type("one\ntwo\n");
  expect(master, "one\r\ntwo\r\n");
  CHECK_EQ(read(slave, text, 16), 4); /* but one at a time */
  CHECK_EQ(read(slave, text, 16), 4);
  /* Editing: the last character, a word, all. */
  type("abc\x7f\x7f");
  expect(master, "abc\b \b\b \b");
  type(" def gh\x17\n");
  expect(master, " def gh\b \b\b \b\r\n");
  expect(slave, "a def \n");
  type("xy\x15z\n");
  expect(master, "xy\b \b\b \bz\r\n");
  expect(slave, "z\n");
  type("\x7f\n"); /* nothing to erase */
  expect(master, "\r\n");
  expect(slave, "\n");
  type("\x01\n");
  expect(master, "^A\r\n");
  expect(slave, "\x01\n");
  type("\x16\x03\n"); /* ^V ^C */
  expect(master, "^\b^C\r\n");
  expect(slave, "\x03\n");
  /* The end: what there is, then nothing. */
  type("end\x04");
  expect(master, "end");
  CHECK_EQ(read(slave, text, 16), 3);
  type("\x04");
  CHECK_EQ(read(slave, text, 16), 0);
  close_pair();
}

static void test_echo(void) {
  open_pair();
  struct termios wanted = settings();
  wanted.c_lflag &= ~(tcflag_t)ECHO;
  set(wanted);
  type("secret\n");
  expect(master, "");
  expect(slave, "secret\n");
  wanted.c_lflag |= ECHONL;
  set(wanted);
  type("x\n");
  expect(master, "\r\n");
  expect(slave, "x\n");
  wanted.c_oflag &= ~(tcflag_t)OPOST;
  set(wanted);
  CHECK_EQ(write(slave, "a\nb", 3), 3);
  expect(master, "a\nb");
  wanted.c_iflag &= ~(tcflag_t)ICRNL;
  wanted.c_iflag |= INLCR;
  wanted.c_lflag &= ~(tcflag_t)(ICANON | ECHONL);
  set(wanted);
  type("\r\n");
  expect(slave, "\r\r");
  close_pair();
}

/* ---- characters ---- */

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void set_raw(int least, int tenths) {
  struct termios wanted = settings();
  cfmakeraw(&wanted);
  wanted.c_cc[VMIN] = (cc_t)least;
  wanted.c_cc[VTIME] = (cc_t)tenths;
  set(wanted);
}

static void test_raw(void) {
  char text[16];
  open_pair();
  set_raw(1, 0);
  type("a\r\x03");
  expect(slave, "a\r\x03");
  expect(master, "");
  set_raw(3, 0);
  type("ab");
  struct pollfd polled = {slave, POLLIN, 0};
  CHECK_EQ(poll(&polled, 1, 0), 0); /* too few */
  type("cd");
  CHECK_EQ(poll(&polled, 1, 0), 1);
  CHECK_EQ(read(slave, text, 16), 4);
  set_raw(0, 0);
  CHECK_EQ(read(slave, text, 16), 0);
  type("e");
  CHECK_EQ(read(slave, text, 16), 1);
  set_raw(0, 2);
  const double start = seconds();
  CHECK_EQ(read(slave, text, 16), 0);
  CHECK(seconds() - start >= 0.19);
  set_raw(10, 1);
  type("fg");
  CHECK_EQ(read(slave, text, 16), 2); /* and then nobody types for a while */
  set_raw(1, 0);
  CHECK_EQ(fcntl(slave, F_SETFL, O_NONBLOCK), 0);
  CHECK_ERRNO(read(slave, text, 16), EAGAIN);
  CHECK_EQ(fcntl(master, F_SETFL, O_NONBLOCK), 0);
  CHECK_ERRNO(read(master, text, 16), EAGAIN);
  int count = -1;
  type("hij");
  CHECK_EQ(poll(&polled, 1, 5000), 1);
  CHECK_EQ(ioctl(slave, FIONREAD, &count), 0);
  CHECK_EQ(count, 3);
  CHECK_EQ(tcflush(slave, TCIFLUSH), 0);
  CHECK_ERRNO(read(slave, text, 16), EAGAIN);
  CHECK_ERRNO(tcflush(slave, 77), EINVAL);
  CHECK_EQ(tcdrain(slave), 0);
  CHECK_EQ(tcsendbreak(slave, 0), 0);
  close_pair();
}

static void test_settings(void) {
  open_pair();
  struct termios found = settings();
  CHECK_EQ(found.c_iflag, ICRNL | IXON);
  CHECK_EQ(found.c_oflag, OPOST | ONLCR);
  CHECK_EQ(found.c_lflag, ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN);
  CHECK_EQ(found.c_cc[VINTR], 3);
  CHECK_EQ(found.c_cc[VERASE], 127);
  CHECK_EQ(found.c_cc[VEOF], 4);
  CHECK_EQ(cfgetospeed(&found), B38400);
  CHECK_EQ(cfsetspeed(&found, B9600), 0);
  CHECK_EQ(tcsetattr(slave, TCSADRAIN, &found), 0);
  found = settings();
  CHECK_EQ(cfgetispeed(&found), B9600);
  CHECK_EQ(tcgetattr(master, &found), 0); /* the slave's */
  CHECK_EQ(cfgetospeed(&found), B9600);
  CHECK_ERRNO(tcsetattr(slave, 77, &found), EINVAL);
  type("gone\n");
  expect(master, "gone\r\n");
  CHECK_EQ(tcsetattr(slave, TCSAFLUSH, &found), 0);
  expect(slave, "");

  struct winsize window = {24, 80, 0, 0}, other = {0};
  CHECK_EQ(ioctl(slave, TIOCGWINSZ, &other), 0);
  CHECK_EQ(other.ws_row, 0);
  CHECK_EQ(ioctl(master, TIOCSWINSZ, &window), 0);
  CHECK_EQ(ioctl(slave, TIOCGWINSZ, &other), 0);
  CHECK_EQ(other.ws_col, 80);
  /* Held up, and let go. */
  CHECK_EQ(fcntl(slave, F_SETFL, O_NONBLOCK), 0);
  CHECK_EQ(tcflow(slave, TCOOFF), 0);
  CHECK_ERRNO(write(slave, "x", 1), EAGAIN);
  CHECK_EQ(tcflow(slave, TCOON), 0);
  CHECK_EQ(write(slave, "x", 1), 1);
  expect(master, "x");
  type("\x13"); /* ^S */
  usleep(20000);
  CHECK_ERRNO(write(slave, "x", 1), EAGAIN);
  type("\x11");
  usleep(20000);
  CHECK_EQ(write(slave, "y", 1), 1);
  expect(master, "y");
  CHECK_ERRNO(tcflow(slave, 77), EINVAL);
  close_pair();
}

/* ---- hanging up ---- */

static void test_end(void) {
  char text[16];
  open_pair();
  CHECK_EQ(write(slave, "last", 4), 4);
  CHECK_EQ(close(slave), 0);
  struct pollfd polled = {master, POLLIN, 0};
  CHECK_EQ(poll(&polled, 1, 5000), 1);
  CHECK(polled.revents & POLLHUP);
  CHECK_EQ(read(master, text, 16), 4);
  CHECK_ERRNO(read(master, text, 16), EIO);
  CHECK_EQ(close(master), 0);

  open_pair();
  CHECK_EQ(close(master), 0);
  polled.fd = slave;
  CHECK_EQ(poll(&polled, 1, 5000), 1);
  CHECK_EQ(polled.revents & (POLLIN | POLLHUP), POLLIN | POLLHUP);
  CHECK_EQ(read(slave, text, 16), 0);
  CHECK_ERRNO(write(slave, "x", 1), EIO);
  CHECK_EQ(isatty(slave), 0);
  CHECK_EQ(errno, EIO);
  CHECK_EQ(close(slave), 0);
}

/* ---- sessions ---- */

static volatile sig_atomic_t windows, interrupts;
static void on_window(int signal) {
  (void)signal;
  windows++;
}
static void on_interrupt(int signal) {
  (void)signal;
  interrupts++;
}

/* Says by its exit status how far it came. */
static int in_session(void) {
  char text[16];
  signal(SIGWINCH, on_window);
  struct sigaction action = {.sa_handler = on_interrupt};
  sigaction(SIGINT, &action, NULL);
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGINT);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  if (!isatty(0) || tcgetsid(0) != getpid() || tcgetpgrp(0) != getpid())
    return 1;
  const int own = open("/dev/tty", O_RDWR);
  if (own < 0 || write(own, "ready", 5) != 5)
    return 2;
  if (sigsuspend(&before) != -1 || interrupts != 1)
    return 3; /* ^C */
  if (write(1, "next", 4) != 4)
    return 4;
  if (read(0, text, 16) != 3 || windows != 1)
    return 5;
  /* Not in front it is stopped, or told so. */
  const pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);
    signal(SIGTTIN, SIG_IGN);
    _exit(read(0, text, 16) == -1 && errno == EIO ? 0 : 1);
  }
  int status;
  if (waitpid(child, &status, 0) != child || status != 0)
    return 6;
  const pid_t other = fork();
  if (other == 0) {
    setpgid(0, 0);
    read(0, text, 16);
    _exit(0);
  }
  if (waitpid(other, &status, WUNTRACED) != other || !WIFSTOPPED(status) ||
      WSTOPSIG(status) != SIGTTIN)
    return 7;
  if (tcsetpgrp(0, other) != 0 || tcgetpgrp(0) != other)
    return 8;
  kill(other, SIGCONT);
  if (write(1, "child", 5) != 5)
    return 9;
  if (waitpid(other, &status, 0) != other || status != 0)
    return 10;
  signal(SIGTTOU, SIG_IGN);
  if (tcsetpgrp(0, getpgrp()) != 0)
    return 11;
  if (tcsetpgrp(0, 4000000) != -1 || errno != ESRCH)
    return 12;
  return 0;
}

static void test_session(void) {
  char name[64];
  struct winsize window = {10, 20, 0, 0};
  const pid_t pid = forkpty(&master, name, NULL, &window);
  if (pid == 0)
    _exit(in_session());
  CHECK(pid > 0);
  CHECK(strcmp(name, ptsname(master)) == 0);
  expect(master, "ready");
  type("\x03");
  expect(master, "^Cnext");
  window.ws_col = 30;
  CHECK_EQ(ioctl(master, TIOCSWINSZ, &window), 0);
  CHECK_EQ(ioctl(master, TIOCSWINSZ, &window), 0); /* no news */
  type("go\n");
  expect(master, "go\r\nchild");
  type("x\n");
  int status;
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK_EQ(status, 0);
  CHECK_EQ(close(master), 0);
}

/* The leader is told when its terminal has gone. */
static void test_hang_up(void) {
  const pid_t pid = forkpty(&master, NULL, NULL, NULL);
  if (pid == 0) {
    write(1, "up", 2);
    for (;;)
      pause();
  }
  CHECK(pid > 0);
  expect(master, "up");
  CHECK_EQ(close(master), 0);
  int status;
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);
}

static void test_login_tty(void) {
  open_pair();
  const pid_t pid = fork();
  if (pid == 0) {
    close(master);
    if (login_tty(slave) != 0)
      _exit(1);
    _exit(tcgetsid(0) == getpid() && ioctl(0, TIOCNOTTY) == 0 && open("/dev/tty", O_RDWR) == -1 &&
                  errno == ENXIO
              ? 0
              : 2);
  }
  int status;
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  /* Giving it up hangs up the group in front: the leader itself. */
  CHECK(WIFSIGNALED(status) ? WTERMSIG(status) == SIGHUP : status == 0);
  close_pair();
}

static void test_packets(void) {
  char text[16];
  int on = 1;
  open_pair();
  CHECK_EQ(ioctl(master, TIOCPKT, &on), 0);
  CHECK_EQ(write(slave, "ab", 2), 2);
  CHECK_EQ(read(master, text, 16), 3);
  CHECK(memcmp(text, "\0ab", 3) == 0);
  CHECK_EQ(tcflush(slave, TCOFLUSH), 0);
  CHECK_EQ(read(master, text, 16), 1);
  CHECK_EQ(text[0], TIOCPKT_FLUSHWRITE);
  close_pair();
}

/* Owner and permissions of a slave, by its name and by descriptor. */
static void test_attributes(void) {
  struct stat status;
  open_pair();
  const char* const name = ptsname(master);
  CHECK_EQ(chmod(name, 0600), 0);
  CHECK_EQ(fstat(slave, &status), 0);
  CHECK_EQ(status.st_mode, S_IFCHR | 0600);
  CHECK_EQ(fchmod(slave, 0622), 0);
  CHECK_EQ(stat(name, &status), 0);
  CHECK_EQ(status.st_mode, S_IFCHR | 0622);
  if (geteuid() == 0) {
    CHECK_EQ(chown(name, 1000, 5), 0);
    CHECK_EQ(fstat(slave, &status), 0);
    CHECK_EQ(status.st_uid, 1000);
    CHECK_EQ(fchown(slave, 0, (gid_t)-1), 0);
    CHECK_EQ(stat(name, &status), 0);
    CHECK_EQ(status.st_uid, 0);
    CHECK_EQ(status.st_gid, 5);
    CHECK_EQ(fchown(slave, 1000, -1), 0);
    const pid_t pid = fork();
    if (pid == 0)
      _exit(setuid(1001) == 0 && chmod(name, 0666) == -1 && errno == EPERM ? 0 : 1);
    int result;
    CHECK_EQ(waitpid(pid, &result, 0), pid);
    CHECK_EQ(result, 0);
  }
  close_pair();
}

/* A password is typed without being shown. */
static void test_password(void) {
  const pid_t pid = forkpty(&master, NULL, NULL, NULL);
  if (pid == 0) {
    const char* const password = getpass("Password: ");
    struct termios after;
    char go[2];
    _exit(strcmp(password, "secret") == 0 && tcgetattr(0, &after) == 0 &&
                  (after.c_lflag & ECHO) != 0 && read(0, go, 2) == 1
              ? 0
              : 1);
  }
  CHECK(pid > 0);
  expect(master, "Password: ");
  type("secret\n");
  expect(master, "\r\n");
  struct termios now;
  do { /* what is typed before getpass has restored the settings is lost */
    usleep(1000);
    CHECK_EQ(tcgetattr(master, &now), 0);
  } while (!(now.c_lflag & ECHO));
  type("\n");
  int status;
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK_EQ(status, 0);
  CHECK_EQ(close(master), 0);
}

int main(void) {
  test_names();
  test_lines();
  test_echo();
  test_raw();
  test_settings();
  test_end();
  test_session();
  test_hang_up();
  test_login_tty();
  test_packets();
  test_attributes();
  test_password();
  return 0;
}
