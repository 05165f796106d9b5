/* A library to load at run time. */
static int late_state = 3;
int late_shared = 9;
int late_step(int n);

int late_step(int n) {
  late_state += n;
  late_shared++;
  return late_state;
}
