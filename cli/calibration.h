/* What `simterpose calibrate` has found out about this machine, kept in the user's configuration
 * directory: $XDG_CONFIG_HOME/simterpose/calibration, or ~/.config/... */
#ifndef CLI_CALIBRATION_H
#define CLI_CALIBRATION_H

/* Abstract cycles per second (flops of a platform) of this machine; 0 if it is not known. A file
 * that makes no sense ends the program. */
double cli_calibration_read(void);

/* Keeps the speed; returns the name of the file. Fails (stp_fatal) if it cannot. */
const char* cli_calibration_write(double speed);

#endif
