/* Two threads, and a child that becomes another program: itself, by another name. */
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void* nap(void* unused) {
  (void)unused;
  usleep(1000);
  return NULL;
}

int main(int argc, char** argv) {
  if (argc > 1)
    return usleep(2000);
  pthread_t threads[2];
  for (int i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, nap, NULL);
  const pid_t child = fork();
  if (child == 0) {
    symlink(argv[0], "other");
    execl("./other", "./other", "again", (char*)NULL);
    _exit(127);
  }
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
  int status;
  return waitpid(child, &status, 0) != child || status != 0;
}
