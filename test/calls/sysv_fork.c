// CALLS: semop semctl msgsnd msgrcv mq_send mq_receive mq_notify
// RUN: %both
//
// System V semaphores and message queues and POSIX message queues between processes: SEM_UNDO, the
// ends of those who wait, notification of another process.
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <sys/msg.h>
#include <sys/sem.h>

#include "child.h"

union argument {
  int value;
  struct semid_ds* status;
  unsigned short* values;
};

static int set;

static int operate(int member, int by, int flags) {
  struct sembuf operation = {(unsigned short)member, (short)by, (short)flags};
  return semop(set, &operation, 1);
}

static int value_of(int member) { return semctl(set, member, GETVAL); }

static void until(int command, int member, int count) {
  for (int i = 0; i < 2000 && semctl(set, member, command) != count; i++)
    usleep(1000);
  CHECK_EQ(semctl(set, member, command), count);
}

/* ---- SEM_UNDO ---- */

static void take_with_undo(void* unused) {
  (void)unused;
  CHECK_EQ(operate(0, -3, SEM_UNDO), 0);
  CHECK_EQ(operate(0, 1, SEM_UNDO), 0);
  CHECK_EQ(operate(0, -1, 0), 0); /* this one is not given back */
  CHECK_EQ(operate(1, 4, SEM_UNDO), 0);
}

static void take_and_pause(void* unused) {
  (void)unused;
  CHECK_EQ(operate(0, -2, SEM_UNDO), 0);
  for (;;)
    pause();
}

static void take_and_execute(void* program) {
  CHECK_EQ(operate(0, -2, SEM_UNDO), 0);
  char number[16];
  snprintf(number, sizeof number, "%d", set);
  execl(program, program, "undo", number, (char*)NULL);
  _exit(1);
}

static void lose_what_is_owed(void* unused) {
  (void)unused;
  CHECK_EQ(operate(0, -1, SEM_UNDO), 0);
  CHECK_EQ(semctl(set, 0, SETVAL, (union argument){.value = 5}), 0); /* nothing is owed any more */
}

static void wait_for_one(void* unused) {
  (void)unused;
  CHECK_EQ(operate(1, -1, 0), 0);
}

static void undo(char* program) {
  set = semget(IPC_PRIVATE, 2, 0600);
  CHECK_EQ(semctl(set, 0, SETVAL, (union argument){.value = 5}), 0);
  CHECK_EQ(child_status(child_start(take_with_undo, NULL)), 0);
  CHECK_EQ(value_of(0), 4);
  CHECK_EQ(value_of(1), 0);

  /* By a signal; and who waited for what is given back goes on. */
  CHECK_EQ(semctl(set, 0, SETVAL, (union argument){.value = 2}), 0);
  pid_t holder = child_start(take_and_pause, NULL);
  until(GETVAL, 0, 0);
  CHECK_EQ(semctl(set, 0, GETPID), holder);
  CHECK_EQ(kill(holder, SIGTERM), 0);
  CHECK_EQ(operate(0, -1, 0), 0);
  CHECK_EQ(child_status(holder), SIGTERM);
  CHECK_EQ(value_of(0), 1);

  /* A forked child owes nothing; a new program owes what the old one did. */
  CHECK_EQ(operate(0, 1, SEM_UNDO), 0);
  pid_t pid = fork();
  if (pid == 0)
    _exit(0);
  CHECK_EQ(child_status(pid), 0);
  CHECK_EQ(value_of(0), 2);
  CHECK_EQ(operate(0, -1, SEM_UNDO), 0);
  CHECK_EQ(operate(0, 1, 0), 0);
  CHECK_EQ(child_status(child_start(take_and_execute, program)), 0);
  CHECK_EQ(value_of(0), 2);
  CHECK_EQ(child_status(child_start(lose_what_is_owed, NULL)), 0);
  CHECK_EQ(value_of(0), 5);

  /* Who is killed while it waits takes nothing. */
  pid = child_start(wait_for_one, NULL);
  until(GETNCNT, 1, 1);
  CHECK_EQ(kill(pid, SIGKILL), 0);
  CHECK_EQ(child_status(pid), SIGKILL);
  CHECK_EQ(semctl(set, 1, GETNCNT), 0);
  CHECK_EQ(operate(1, 1, 0), 0);
  CHECK_EQ(value_of(1), 1);
  CHECK_EQ(semctl(set, 0, IPC_RMID), 0);
}

/* The program that take_and_execute becomes. */
static int executed(const char* number) {
  set = atoi(number);
  CHECK_EQ(value_of(0), 0);
  return 0;
}

/* ---- message queues ---- */

struct message {
  long type;
  char text[16];
};
static int queue;

static void serve(void* unused) {
  (void)unused;
  struct message message;
  for (int i = 0; i < 50; i++) {
    CHECK_EQ(msgrcv(queue, &message, sizeof message.text, 1, 0), 4);
    message.type = 2;
    CHECK_EQ(msgsnd(queue, &message, 4, 0), 0);
  }
}

static void wait_for_message(void* unused) {
  (void)unused;
  struct message message;
  msgrcv(queue, &message, sizeof message.text, 9, 0);
}

static void handle(int signal) { (void)signal; }

static void interrupt_until_end(pid_t pid) {
  int status;
  do {
    usleep(10000);
    CHECK_EQ(kill(pid, SIGUSR1), 0);
    usleep(1000);
  } while (waitpid(pid, &status, WNOHANG) == 0);
  CHECK_EQ(status, 0);
}

static void be_interrupted(void* unused) {
  (void)unused;
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART}; /* of no use */
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  struct message message = {.type = 8};
  CHECK_EQ(msgsnd(queue, &message, 1, 0), 0);
  CHECK_ERRNO(msgrcv(queue, &message, sizeof message.text, 9, 0), EINTR);
  set = semget(IPC_PRIVATE, 1, 0600);
  message.type = 8;
  CHECK_EQ(msgsnd(queue, &message, 1, 0), 0);
  CHECK_ERRNO(operate(0, -1, 0), EINTR);
  CHECK_EQ(semctl(set, 0, IPC_RMID), 0);
}

static void messages(void) {
  queue = msgget(IPC_PRIVATE, 0600);
  pid_t pid = child_start(serve, NULL);
  struct message message;
  for (int i = 0; i < 50; i++) {
    message.type = 1;
    snprintf(message.text, sizeof message.text, "%03d", i);
    CHECK_EQ(msgsnd(queue, &message, 4, 0), 0);
    CHECK_EQ(msgrcv(queue, &message, sizeof message.text, 2, 0), 4);
    CHECK_EQ(atoi(message.text), i);
  }
  CHECK_EQ(child_status(pid), 0);
  struct msqid_ds status;
  CHECK_EQ(msgctl(queue, IPC_STAT, &status), 0);
  CHECK_EQ(status.msg_lspid, pid);
  CHECK_EQ(status.msg_lrpid, getpid());

  pid = child_start(wait_for_message, NULL);
  usleep(20000);
  CHECK_EQ(kill(pid, SIGKILL), 0);
  CHECK_EQ(child_status(pid), SIGKILL);
  message.type = 9;
  CHECK_EQ(msgsnd(queue, &message, 3, 0), 0);
  CHECK_EQ(msgrcv(queue, &message, sizeof message.text, 9, IPC_NOWAIT), 3);

  pid = child_start(be_interrupted, NULL);
  CHECK_EQ(msgrcv(queue, &message, sizeof message.text, 8, 0), 1);
  do /* until a signal finds it waiting */
    usleep(10000);
  while (kill(pid, SIGUSR1) == 0 &&
         msgrcv(queue, &message, sizeof message.text, 8, IPC_NOWAIT) < 0);
  interrupt_until_end(pid);
  CHECK_EQ(msgctl(queue, IPC_RMID, NULL), 0);
}

/* ---- POSIX message queues ---- */

static char name[32];
static mqd_t mqueue;

static void send_ten(void* unused) {
  (void)unused;
  mqd_t own = mq_open(name, O_WRONLY);
  CHECK(own != -1);
  for (int i = 0; i < 10; i++)
    CHECK_EQ(mq_send(i % 2 ? own : mqueue, (char*)&i, sizeof i, 0), 0); /* one queue */
}

static volatile sig_atomic_t notified;
static siginfo_t told;

static void hear(int signal, siginfo_t* info, void* unused) {
  (void)signal, (void)unused;
  told = *info;
  notified++;
}

static void take_part(void* unused) {
  (void)unused;
  const struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  CHECK_ERRNO(mq_notify(mqueue, &event), EBUSY);
  CHECK_EQ(mq_notify(mqueue, NULL), 0); /* not the parent's */
  CHECK_ERRNO(mq_notify(mqueue, &event), EBUSY);
  CHECK_EQ(mq_send(mqueue, "abcd", 4, 0), 0);
  CHECK_EQ(mq_notify(mqueue, &event), 0); /* free again; the end of the process takes it back */
}

static void restart(void* pipe_end) {
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  int number;
  CHECK_EQ(write(*(int*)pipe_end, "x", 1), 1);
  CHECK_EQ(mq_receive(mqueue, (char*)&number, sizeof number, NULL), 4);
  action.sa_flags = 0;
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  CHECK_ERRNO(mq_receive(mqueue, (char*)&number, sizeof number, NULL), EINTR);
}

static void posix(void) {
  snprintf(name, sizeof name, "/simterpose-%d", getpid());
  struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 4};
  mqueue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
  CHECK(mqueue != -1);
  pid_t pid = child_start(send_ten, NULL);
  for (int i = 0; i < 10; i++) {
    int number;
    CHECK_EQ(mq_receive(mqueue, (char*)&number, sizeof number, NULL), sizeof number);
    CHECK_EQ(number, i);
  }
  CHECK_EQ(child_status(pid), 0);

  struct sigaction action = {.sa_sigaction = hear, .sa_flags = SA_SIGINFO};
  CHECK_EQ(sigaction(SIGUSR2, &action, NULL), 0);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2};
  event.sigev_value.sival_int = 77;
  CHECK_EQ(mq_notify(mqueue, &event), 0);
  pid = child_start(take_part, NULL);
  for (int i = 0; i < 2000 && !notified; i++)
    usleep(1000);
  CHECK_EQ(notified, 1);
  CHECK_EQ(told.si_code, SI_MESGQ);
  CHECK_EQ(told.si_value.sival_int, 77);
  CHECK_EQ(told.si_pid, pid);
  CHECK_EQ(child_status(pid), 0);
  CHECK_EQ(mq_notify(mqueue, &event), 0);
  CHECK_EQ(mq_notify(mqueue, NULL), 0);
  int number;
  CHECK_EQ(mq_receive(mqueue, (char*)&number, sizeof number, NULL), 4);

  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  pid = child_start(restart, &ends[1]);
  CHECK_EQ(read(ends[0], &number, 1), 1);
  usleep(20000);
  CHECK_EQ(kill(pid, SIGUSR1), 0);
  usleep(20000);
  CHECK_EQ(mq_send(mqueue, "abcd", 4, 0), 0);
  usleep(20000);
  interrupt_until_end(pid);
  CHECK_EQ(mq_unlink(name), 0);
  CHECK_EQ(mq_close(mqueue), 0);
}

static void limit(const char* path, long long expected) {
  FILE* file = fopen(path, "r");
  CHECK(file != NULL);
  long long value;
  CHECK_EQ(fscanf(file, "%lld", &value), 1);
  CHECK_EQ(value, expected);
  fclose(file);
}

static void limits(void) {
  limit("/proc/sys/kernel/msgmax", 8192);
  limit("/proc/sys/kernel/msgmnb", 16384);
  limit("/proc/sys/kernel/shmmni", 4096);
  limit("/proc/sys/kernel/sem", 32000);
  limit("/proc/sys/fs/mqueue/msg_max", 10);
  limit("/proc/sys/fs/mqueue/msgsize_default", 8192);
}

int main(int argc, char** argv) {
  if (argc == 3)
    return executed(argv[2]);
  limits();
  undo(argv[0]);
  messages();
  posix();
  return 0;
}
