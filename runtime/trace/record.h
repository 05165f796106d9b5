/* `simterpose run --record`: what a report of the run is made from, OUTPUT/record.jsonl.
 * docs/record.md has the format. */
#ifndef STP_RECORD_H
#define STP_RECORD_H

#include <stddef.h>

enum { STP_RECORD_PAYLOAD = 256 };

/* Before the run: writes the record to `path`, with the first `payload` bytes of each message. */
void stp_record_start(const char* path, size_t payload);

#endif
