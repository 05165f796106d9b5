// CALLS: getopt getopt_long getopt_long_only optarg optind opterr optopt __posix_getopt
// RUN: %both
//
// Option parsing: what each line of arguments gives, option by option, and where it leaves them.
#define _GNU_SOURCE
#include <getopt.h>

#include "check.h"

int __posix_getopt(int argc, char* const* argv, const char* letters);

enum style { SHORT, LONG, LONG_ONLY, POSIX };

static int verbose;
static const struct option longs[] = {
    {"verbose", no_argument, &verbose, 5},
    {"version", no_argument, NULL, 'V'},
    {"output", required_argument, NULL, 'o'},
    {"color", optional_argument, NULL, 'C'},
    {NULL, 0, NULL, 0},
};

/* Parses `line` and compares what came out: "a", "b=arg", "?x" and so on, then "|" and the words
 * left. */
static void parse(enum style style, const char* letters, const char* line, const char* expected) {
  char words[256], found[512] = "", *argv[32] = {"prog"};
  int argc = 1, option;
  strcpy(words, line);
  for (char* word = strtok(words, " "); word; word = strtok(NULL, " "))
    argv[argc++] = word;
  argv[argc] = NULL;
  optind = 0;
  int index = -1;
  do {
    option = style == SHORT       ? getopt(argc, argv, letters)
             : style == LONG      ? getopt_long(argc, argv, letters, longs, &index)
             : style == LONG_ONLY ? getopt_long_only(argc, argv, letters, longs, &index)
                                  : __posix_getopt(argc, argv, letters);
    char text[64];
    if (option == -1)
      break;
    if (option == '?' || option == ':')
      snprintf(text, sizeof text, "%c%c ", option, optopt ? optopt : '0');
    else
      snprintf(text, sizeof text, "%c%s%s ", option <= 5 ? '0' + option : option, optarg ? "=" : "",
               optarg ? optarg : "");
    strcat(found, text);
  } while (1);
  strcat(found, "|");
  for (int i = optind; i < argc; i++) {
    strcat(found, " ");
    strcat(found, argv[i]);
  }
  if (strcmp(found, expected) != 0)
    printf("%s: found <%s>, expected <%s>\n", line, found, expected);
  CHECK(strcmp(found, expected) == 0);
}

static void two_words_at_once(void) {
  /* Positions inside a word belong to the process: another function's parsing starts anew. */
  char *first[] = {"prog", "-abc", NULL}, *second[] = {"prog", "-xy", NULL};
  optind = 0; /* anew: 1 would go on in the word where the last parsing stopped */
  CHECK_EQ(getopt(2, first, "abc"), 'a');
  CHECK_EQ(getopt(2, first, "abc"), 'b');
  optind = 0;
  CHECK_EQ(getopt(2, second, "xy"), 'x');
  CHECK_EQ(getopt(2, second, "xy"), 'y');
  CHECK_EQ(getopt(2, second, "xy"), -1);
  CHECK_EQ(optind, 2);
}

int main(void) {
  CHECK_EQ(optind, 1);
  CHECK_EQ(opterr, 1);
  CHECK_EQ(optopt, '?');
  opterr = 0;
  parse(SHORT, "ab:c::", "-a -b x -cy -c z file", "a b=x c=y c | z file");
  parse(SHORT, "ab:", "one -a two -bx three", "a b=x | one two three");
  parse(SHORT, "+ab:", "-a two -bx three", "a | two -bx three");
  parse(SHORT, "-ab:", "one -a two", "1=one a 1=two |");
  parse(POSIX, "ab:", "one -a", "| one -a");
  parse(SHORT, "ab", "-ab -- -a", "a b | -a");
  parse(SHORT, "ab:", "-z -b", "?z ?b |");
  parse(SHORT, ":ab:", "-z -b", "?z :b |");
  parse(SHORT, "a", "- -a -", "a | - -");
  parse(LONG, "o:v", "--output=f --output g --ver --verb file --color --color=x",
        "o=f o=g ?0 0 C C=x | file");
  parse(LONG, "o:", "--version=3 --nothing --output", "?V ?0 ?o |");
  parse(LONG, ":o:", "--output", ":o |");
  parse(LONG, "W;o:", "-W output=f -Wversion", "o=f V |");
  parse(LONG_ONLY, "o:v", "-version -o x -output=y -verb -v", "V o=x o=y 0 v |");
  CHECK_EQ(verbose, 5);
  two_words_at_once();
  return 0;
}
