/* getopt and its long forms (getopt.h, getopt(3)): the semantics of glibc 2.26 and later, with the
 * position inside a word kept per process. Messages are those of glibc, word for word. */
#include <string.h>

#include "calls/adapter.h"
#include "calls/complain.h"
#include "process/hidden.h"

enum ordering {
  PERMUTE,         /* words that are not options move behind the options */
  REQUIRE_ORDER,   /* the first such word ends the options: "+" or POSIXLY_CORRECT */
  RETURN_IN_ORDER, /* such words are returned as arguments of option 1: "-" */
};

struct position {
  bool started;
  enum ordering ordering;
  char* next;      /* the rest of a word of short options; null or empty: at the next word */
  int first, last; /* words skipped so far are first <= i < last; they go behind the options */
  int wrong;       /* optopt after each call: the option last found wrong */
};

static const char key;

/* One call. */
struct parse {
  struct stp_libc_variables* libc;
  struct position* at;
  int argc;
  char** argv;
  const char* letters; /* optstring without "+" or "-" */
  const struct option* longs;
  int* index;
  bool long_only, complain;
};

/* What a missing argument gives: ':' if optstring asks for it. */
static int missing(const struct parse* parse) { return parse->letters[0] == ':' ? ':' : '?'; }

#define COMPLAIN(parse, ...)                                                                       \
  do {                                                                                             \
    if ((parse)->complain)                                                                         \
      stp_complain(__VA_ARGS__);                                                                   \
  } while (0)

static bool is_option(const char* word) { return word[0] == '-' && word[1] != '\0'; }

static void reverse(char** words, int from, int to) {
  for (to--; from < to; from++, to--) {
    char* word = words[from];
    words[from] = words[to];
    words[to] = word;
  }
}

/* Moves the skipped words behind the options that have been read since. */
static void move_skipped(struct parse* parse) {
  struct position* at = parse->at;
  const int end = parse->libc->optind_;
  reverse(parse->argv, at->first, at->last);
  reverse(parse->argv, at->last, end);
  reverse(parse->argv, at->first, end);
  at->first += end - at->last;
  at->last = end;
}

static void start(struct parse* parse, bool posix) {
  struct position* at = parse->at;
  if (parse->libc->optind_ == 0)
    parse->libc->optind_ = 1;
  at->first = at->last = parse->libc->optind_;
  at->next = NULL;
  if (parse->letters[0] == '-')
    at->ordering = RETURN_IN_ORDER;
  else if (parse->letters[0] == '+' || posix || simterpose_getenv("POSIXLY_CORRECT"))
    at->ordering = REQUIRE_ORDER;
  else
    at->ordering = PERMUTE;
  at->started = true;
}

/* ---- long options ---- */

static bool same(const struct option* a, const struct option* b) {
  return a->has_arg == b->has_arg && a->flag == b->flag && a->val == b->val;
}

/* Whether `option` may be meant by the first `length` bytes of `name`. */
static bool begins(const struct option* option, const char* name, size_t length) {
  return strncmp(option->name, name, length) == 0;
}

/* The option of that name, or the only one that begins so; null if there is none, or several that
 * differ. The first that begins so is left in `first`. */
static const struct option* find_long(const struct parse* parse, const char* name, size_t length,
                                      const struct option** first, bool* ambiguous) {
  *first = NULL;
  *ambiguous = false;
  for (const struct option* option = parse->longs; option->name; option++)
    if (begins(option, name, length) && option->name[length] == '\0')
      return option;
  for (const struct option* option = parse->longs; option->name; option++) {
    if (!begins(option, name, length))
      continue;
    if (!*first)
      *first = option;
    else if (parse->long_only || !same(*first, option))
      *ambiguous = true;
  }
  return *ambiguous ? NULL : *first;
}

static void complain_ambiguous(const struct parse* parse, const char* prefix, const char* name,
                               size_t length, const struct option* first) {
  stp_complain("%s: option '%s%s' is ambiguous; possibilities:", parse->argv[0], prefix, name);
  for (const struct option* option = first; option->name; option++)
    if (option == first ||
        (begins(option, name, length) && (parse->long_only || !same(first, option))))
      stp_complain(" '%s%s'", prefix, option->name);
  stp_complain("\n");
}

/* The argument of a long option that was found; `value` is what follows its "=", or null. False
 * after a message. */
static bool take_long_argument(struct parse* parse, const struct option* option, char* value,
                               const char* prefix) {
  struct stp_libc_variables* libc = parse->libc;
  if (value && option->has_arg != no_argument) {
    libc->optarg_ = value;
    return true;
  }
  if (!value && option->has_arg != required_argument)
    return true;
  if (!value && libc->optind_ < parse->argc) {
    libc->optarg_ = parse->argv[libc->optind_++];
    return true;
  }
  COMPLAIN(parse, "%s: option '%s%s' %s an argument\n", parse->argv[0], prefix, option->name,
           value ? "doesn't allow" : "requires");
  parse->at->wrong = option->val;
  return false;
}

/* A word's long option; at->next is its name. Returns -1 if it is to be read as short options. */
static int long_option(struct parse* parse, bool may_be_short, const char* prefix) {
  struct stp_libc_variables* libc = parse->libc;
  char* const name = parse->at->next;
  const size_t length = strcspn(name, "=");
  const struct option* first;
  bool ambiguous;
  const struct option* option = find_long(parse, name, length, &first, &ambiguous);
  if (!option && !ambiguous && may_be_short && parse->argv[libc->optind_][1] != '-' &&
      strchr(parse->letters, *name))
    return -1;
  libc->optind_++;
  parse->at->next = NULL;
  if (!option) {
    if (!ambiguous)
      COMPLAIN(parse, "%s: unrecognized option '%s%s'\n", parse->argv[0], prefix, name);
    else if (parse->complain)
      complain_ambiguous(parse, prefix, name, length, first);
    parse->at->wrong = 0;
    return '?';
  }
  char* const value = name[length] == '=' ? name + length + 1 : NULL;
  if (!take_long_argument(parse, option, value, prefix))
    return value ? '?' : missing(parse);
  if (parse->index)
    *parse->index = (int)(option - parse->longs);
  if (!option->flag)
    return option->val;
  *option->flag = option->val;
  return 0;
}

/* ---- short options ---- */

/* The argument that `letter` requires: the rest of the word, or the next word. False after a
 * message. */
static bool take_argument(struct parse* parse, char letter) {
  struct stp_libc_variables* libc = parse->libc;
  if (*parse->at->next != '\0') {
    libc->optarg_ = parse->at->next;
    libc->optind_++;
  } else if (libc->optind_ < parse->argc) {
    libc->optarg_ = parse->argv[libc->optind_++];
  } else {
    COMPLAIN(parse, "%s: option requires an argument -- '%c'\n", parse->argv[0], letter);
    parse->at->wrong = letter;
    return false;
  }
  return true;
}

/* "W;" in optstring: "-W name" is "--name". */
static int long_after_w(struct parse* parse) {
  struct stp_libc_variables* libc = parse->libc;
  if (!take_argument(parse, 'W'))
    return missing(parse);
  libc->optind_--; /* long_option passes over the word */
  parse->at->next = libc->optarg_;
  libc->optarg_ = NULL;
  const bool long_only = parse->long_only;
  parse->long_only = false;
  const int result = long_option(parse, false, "-W ");
  parse->long_only = long_only;
  return result;
}

static int short_option(struct parse* parse) {
  struct stp_libc_variables* libc = parse->libc;
  const char letter = *parse->at->next++;
  const char* spec = strchr(parse->letters, letter);
  if (*parse->at->next == '\0')
    libc->optind_++;
  if (!spec || letter == ':' || letter == ';') {
    COMPLAIN(parse, "%s: invalid option -- '%c'\n", parse->argv[0], letter);
    parse->at->wrong = letter;
    return '?';
  }
  if (spec[0] == 'W' && spec[1] == ';' && parse->longs)
    return long_after_w(parse);
  if (spec[1] != ':')
    return letter;
  int result = letter;
  if (spec[2] != ':' || *parse->at->next != '\0') {
    if (!take_argument(parse, letter))
      result = missing(parse);
  }
  parse->at->next = NULL;
  return result;
}

/* ---- words ---- */

/* Goes to the next word that is an option. Returns 0 there, -1 at the end of the options, 1 for an
 * argument in order. */
static int next_word(struct parse* parse) {
  struct stp_libc_variables* libc = parse->libc;
  struct position* at = parse->at;
  if (at->last > libc->optind_)
    at->last = libc->optind_;
  if (at->first > libc->optind_)
    at->first = libc->optind_;
  if (at->ordering == PERMUTE) {
    if (at->first != at->last && at->last != libc->optind_)
      move_skipped(parse);
    else if (at->last != libc->optind_)
      at->first = libc->optind_;
    while (libc->optind_ < parse->argc && !is_option(parse->argv[libc->optind_]))
      libc->optind_++;
    at->last = libc->optind_;
  }
  if (libc->optind_ != parse->argc && strcmp(parse->argv[libc->optind_], "--") == 0) {
    libc->optind_++;
    if (at->first != at->last && at->last != libc->optind_)
      move_skipped(parse);
    else if (at->first == at->last)
      at->first = libc->optind_;
    at->last = libc->optind_ = parse->argc;
  }
  if (libc->optind_ == parse->argc) {
    if (at->first != at->last)
      libc->optind_ = at->first;
    return -1;
  }
  if (is_option(parse->argv[libc->optind_]))
    return 0;
  if (at->ordering == REQUIRE_ORDER)
    return -1;
  libc->optarg_ = parse->argv[libc->optind_++];
  return 1;
}

static int next_option(struct parse* parse, bool posix) {
  struct stp_libc_variables* libc = parse->libc;
  struct position* at = parse->at;
  if (parse->argc < 1)
    return -1;
  libc->optarg_ = NULL;
  if (libc->optind_ == 0 || !at->started)
    start(parse, posix);
  if (parse->letters[0] == '-' || parse->letters[0] == '+')
    parse->letters++;
  parse->complain = libc->opterr_ != 0 && parse->letters[0] != ':';
  if (at->next && *at->next != '\0')
    return short_option(parse);
  const int found = next_word(parse);
  if (found != 0)
    return found;
  char* const word = parse->argv[libc->optind_];
  at->next = word + 1;
  if (parse->longs && word[1] == '-') {
    at->next = word + 2;
    return long_option(parse, parse->long_only, "--");
  }
  if (parse->longs && parse->long_only && (word[2] || !strchr(parse->letters, word[1]))) {
    const int result = long_option(parse, true, "-");
    if (result != -1)
      return result;
  }
  return short_option(parse);
}

static int parse_next(int argc, char* const* argv, const char* letters, const struct option* longs,
                      int* index, bool long_only, bool posix) {
  struct parse parse = {.libc = stp_me->libc,
                        .at = stp_hidden_block(&key, sizeof(struct position)),
                        .argc = argc,
                        .argv = (char**)argv,
                        .letters = letters,
                        .longs = longs,
                        .index = index,
                        .long_only = long_only};
  const int result = next_option(&parse, posix);
  parse.libc->optopt_ = parse.at->wrong;
  return result;
}

int simterpose_getopt(int argc, char* const* argv, const char* letters) {
  return parse_next(argc, argv, letters, NULL, NULL, false, false);
}

int simterpose___posix_getopt(int argc, char* const* argv, const char* letters) {
  return parse_next(argc, argv, letters, NULL, NULL, false, true);
}

int simterpose_getopt_long(int argc, char* const* argv, const char* letters,
                           const struct option* longs, int* index) {
  return parse_next(argc, argv, letters, longs, index, false, false);
}

int simterpose_getopt_long_only(int argc, char* const* argv, const char* letters,
                                const struct option* longs, int* index) {
  return parse_next(argc, argv, letters, longs, index, true, false);
}
