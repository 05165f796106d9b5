/* Where string.h keeps something between calls: strtok's place, the text of an unknown error or
 * signal. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "calls/adapter.h"
#include "process/hidden.h"

char* simterpose_strtok(char* string, const char* delimiters) {
  static const char key;
  char** place = stp_hidden_block(&key, sizeof *place);
  return strtok_r(string, delimiters, place);
}

char* simterpose_strerror(int error) {
  static const char key;
  if (strerrordesc_np(error))
    return strerror(error); /* a constant */
  char* text = stp_hidden_block(&key, 32);
  snprintf(text, 32, "Unknown error %d", error);
  return text;
}

char* simterpose_strerror_l(int error, locale_t locale) {
  (void)locale;
  return simterpose_strerror(error);
}

char* simterpose_strsignal(int signal) {
  static const char key;
  if (sigdescr_np(signal))
    return strsignal(signal); /* a constant */
  char* text = stp_hidden_block(&key, 32);
  if (signal >= SIGRTMIN && signal <= SIGRTMAX)
    snprintf(text, 32, "Real-time signal %d", signal - SIGRTMIN);
  else
    snprintf(text, 32, "Unknown signal %d", signal);
  return text;
}
