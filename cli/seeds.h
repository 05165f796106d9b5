/* Lists of seeds: "1-100", "1,5,9-12". */
#ifndef CLI_SEEDS_H
#define CLI_SEEDS_H

#include <stddef.h>

struct cli_seeds {
  unsigned long long* seeds; /* ascending, each once */
  size_t count;
};

/* What is no such list ends the program (status 2): "OPTION: ...". */
struct cli_seeds cli_parse_seeds(const char* option, const char* text);

#endif
