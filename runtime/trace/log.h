/* What Simterpose itself says to its user, on the real standard error: one clear line a message. */
#ifndef STP_LOG_H
#define STP_LOG_H

/* A broken input or our own bug: prints "simterpose: MESSAGE" and ends the real process with
 * status 2. */
_Noreturn void stp_fatal(const char* format, ...) __attribute__((format(printf, 1, 2)));

/* Something the user should know: "simterpose: MESSAGE". With a virtual thread running, says which:
 * "[host date] ...". */
void stp_warn(const char* format, ...) __attribute__((format(printf, 1, 2)));

/* The same of what the run should leave and cannot: it has then failed, whatever its processes say.
 * The first of these messages is kept. */
void stp_warn_incomplete(const char* format, ...) __attribute__((format(printf, 1, 2)));
extern const char* stp_incomplete; /* null: nothing is missing */

/* The same, with the name of the running process, and once in a run for each text. */
void stp_warn_once(const char* format, ...) __attribute__((format(printf, 1, 2)));

/* Only with -v. */
void stp_info(const char* format, ...) __attribute__((format(printf, 1, 2)));

/* A call, or one value of an argument, that is not emulated: warns once per `call` and `what` (null
 * for the call as a whole) in a run. The caller returns the error. */
void stp_refuse(const char* call, const char* what);

/* Called before anything is said: brings out what the processes have said until then. Null:
 * nothing.
 */
extern void (*stp_log_before)(void);

enum stp_verbosity { STP_QUIET, STP_NORMAL, STP_VERBOSE };
extern enum stp_verbosity stp_verbosity;

#endif
