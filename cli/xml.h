/* Reading XML files with expat; whatever is wrong ends the program with "FILE:LINE: ..." (status
 * 2).
 */
#ifndef CLI_XML_H
#define CLI_XML_H

/* What to do with the elements; `where` is "FILE:LINE". Null: nothing. */
struct cli_xml {
  void (*start)(void* context, const char* element, const char** attributes, const char* where);
  void (*end)(void* context, const char* element, const char* where);
  void* context;
  void (*doctype)(void* context); /* before the first element, if there is such a line */
};

/* Reads the file to its end. `what` says in messages what the file should be. */
void cli_xml_read(const char* file, const char* what, const struct cli_xml* handlers);

/* The value of an attribute, null if it is absent. */
const char* cli_xml_attribute(const char** attributes, const char* name);

#endif
