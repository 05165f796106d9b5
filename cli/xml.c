/* XML files, read piece by piece. */
#include "xml.h"

#include <errno.h>
#include <expat.h>
#include <stdio.h>
#include <string.h>

#include "trace/log.h"
#include "watch.h"

struct reading {
  const char* file;
  XML_Parser parser;
  const struct cli_xml* handlers;
};

/* Expat 2.9 counts lines in 64 bits, and wants to be asked so. */
static unsigned long current_line(XML_Parser parser) {
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 9
  return XML_GetCurrentLineNumber64(parser);
#else
  return XML_GetCurrentLineNumber(parser);
#endif
}

static void locate(const struct reading* reading, char* where, size_t size) {
  snprintf(where, size, "%s:%lu", reading->file, current_line(reading->parser));
}

static void on_start(void* argument, const char* element, const char** attributes) {
  const struct reading* const reading = argument;
  char where[4200];
  locate(reading, where, sizeof where);
  if (reading->handlers->start != NULL)
    reading->handlers->start(reading->handlers->context, element, attributes, where);
}

static void on_end(void* argument, const char* element) {
  const struct reading* const reading = argument;
  char where[4200];
  locate(reading, where, sizeof where);
  if (reading->handlers->end != NULL)
    reading->handlers->end(reading->handlers->context, element, where);
}

static void on_doctype(void* argument, const char* name, const char* system, const char* public,
                       int internal) {
  const struct reading* const reading = argument;
  (void)name, (void)system, (void)public, (void)internal;
  if (reading->handlers->doctype != NULL)
    reading->handlers->doctype(reading->handlers->context);
}

void cli_xml_read(const char* file, const char* what, const struct cli_xml* handlers) {
  FILE* const stream = fopen(file, "re");
  if (stream == NULL)
    stp_fatal("cannot read the %s %s: %s", what, file, strerror(errno));
  cli_watch_note(file);
  struct reading reading = {file, XML_ParserCreate(NULL), handlers};
  XML_SetUserData(reading.parser, &reading);
  XML_SetElementHandler(reading.parser, on_start, on_end);
  XML_SetStartDoctypeDeclHandler(reading.parser, on_doctype);
  char buffer[16384];
  size_t length;
  do {
    length = fread(buffer, 1, sizeof buffer, stream);
    if (ferror(stream))
      stp_fatal("cannot read the %s %s: %s", what, file, strerror(errno));
    if (XML_Parse(reading.parser, buffer, (int)length, length == 0) == XML_STATUS_ERROR)
      stp_fatal("%s:%lu: the %s is not well-formed XML: %s", file, current_line(reading.parser),
                what, XML_ErrorString(XML_GetErrorCode(reading.parser)));
  } while (length > 0);
  XML_ParserFree(reading.parser);
  fclose(stream);
}

const char* cli_xml_attribute(const char** attributes, const char* name) {
  for (; attributes[0] != NULL; attributes += 2)
    if (strcmp(attributes[0], name) == 0)
      return attributes[1];
  return NULL;
}
