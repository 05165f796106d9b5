/* JSON that observers write to files of the output directory, over jansson. A function that makes a
 * value gives it to the caller; objects take over what is packed into them with "o". */
#ifndef STP_JSON_H
#define STP_JSON_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

#include "net/address.h"

/* Opens a file of the output for writing, with a large buffer; what fails ends the run
 * (stp_fatal). Close with stp_json_close, which says so if something could not be written. */
FILE* stp_json_open(const char* path);
void stp_json_close(FILE* file, const char* path);

/* Writes a value in one line, and gives it up. */
void stp_json_line(FILE* file, json_t* value);
void stp_json_write(FILE* file, json_t* value); /* without the newline */

/* A string; what is not UTF-8 in it becomes U+FFFD. */
json_t* stp_json_text(const char* text, size_t size);

/* Base64. */
json_t* stp_json_bytes(const void* data, size_t size);

/* "10.0.0.1:80", "[fd00::1]:80"; without the port where that is 0. */
json_t* stp_json_endpoint(struct stp_endpoint endpoint);

#endif
