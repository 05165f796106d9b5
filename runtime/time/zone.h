/* The time zone of a process: its variable TZ, UTC where it has none. libc's calendar functions
 * know one zone for all; whoever calls them selects the process's first. */
#ifndef STP_ZONE_H
#define STP_ZONE_H

/* Makes libc's zone that of the calling process, as tzset() does, and brings the process's tzname,
 * timezone and daylight up to date. Cheap if it is so already. */
void stp_zone_select(void);

#endif
