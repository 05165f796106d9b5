/* Evidence for scripts/impure-functions: functions that its reading of the machine code cannot
 * prove harmless, called in the locale C, where their ways into the kernel (message catalogues,
 * character sets, locks that are taken, large sorts) are not gone. Each runs in a child that may
 * only read, write and exit (seccomp), after it has run once before, and must leave the variables
 * of libc as they are. Prints the names of those that pass. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fnmatch.h>
#include <link.h>
#include <linux/seccomp.h>
#include <locale.h>
#include <monetary.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <obstack.h>
#include <pthread.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <uchar.h>
#include <unistd.h>
#include <wchar.h>

static char text[256];
static wchar_t wide[256];
static double number = 1.5;
static struct tm broken;
static time_t date = 1577836800;
static char *start, *copy;
static size_t size;

static int compare(const void* a, const void* b) { return *(const int*)a - *(const int*)b; }
static int compare_r(const void* a, const void* b, void* unused) {
  (void)unused;
  return compare(a, b);
}

static void* own(size_t bytes) {
  static char memory[65536], *next = memory;
  void* const given = next;
  next += (bytes + 15) & ~(size_t)15;
  return given;
}
static void disown(void* block) { (void)block; }
#define obstack_chunk_alloc own
#define obstack_chunk_free disown

static int format(const char* format_, ...) {
  va_list list;
  va_start(list, format_);
  const int result = vsnprintf(text, sizeof text, format_, list);
  va_end(list);
  return result;
}
static int format_unbound(const char* format_, ...) {
  va_list list;
  va_start(list, format_);
  const int result = vsprintf(text, format_, list);
  va_end(list);
  return result;
}
static int format_wide(const wchar_t* format_, ...) {
  va_list list;
  va_start(list, format_);
  const int result = vswprintf(wide, 256, format_, list);
  va_end(list);
  return result;
}

int __snprintf_chk(char*, size_t, int, size_t, const char*, ...);
int __sprintf_chk(char*, int, size_t, const char*, ...);
int __swprintf_chk(wchar_t*, size_t, int, size_t, const wchar_t*, ...);
int __vsnprintf_chk(char*, size_t, int, size_t, const char*, va_list);
int __vsprintf_chk(char*, int, size_t, const char*, va_list);
int __vswprintf_chk(wchar_t*, size_t, int, size_t, const wchar_t*, va_list);
size_t __mbsrtowcs_chk(wchar_t*, const char**, size_t, mbstate_t*, size_t);
size_t __mbsnrtowcs_chk(wchar_t*, const char**, size_t, size_t, mbstate_t*, size_t);
size_t __mbstowcs_chk(wchar_t*, const char*, size_t, size_t);
size_t __wcrtomb_chk(char*, wchar_t, mbstate_t*, size_t);
size_t __wcsrtombs_chk(char*, const wchar_t**, size_t, mbstate_t*, size_t);
size_t __wcsnrtombs_chk(char*, const wchar_t**, size_t, size_t, mbstate_t*, size_t);
size_t __wcstombs_chk(char*, const wchar_t*, size_t, size_t);
int __wctomb_chk(char*, wchar_t, size_t);
size_t __mbrlen(const char*, size_t, mbstate_t*);
size_t __mbrtowc(wchar_t*, const char*, size_t, mbstate_t*);
char* __strerror_r(int, char*, size_t);
int __xpg_strerror_r(int, char*, size_t);
struct tm* __gmtime_r(const time_t*, struct tm*);
int __vsnprintf(char*, size_t, const char*, va_list);

static int fortified(int which, const char* format_, ...) {
  va_list list;
  va_start(list, format_);
  int result = 0;
  switch (which) {
  case 0:
    result = __vsnprintf_chk(text, 256, 1, 256, format_, list);
    break;
  case 1:
    result = __vsprintf_chk(text, 1, 256, format_, list);
    break;
  default:
    result = __vsnprintf(text, 256, format_, list);
    break;
  }
  va_end(list);
  return result;
}
static int fortified_wide(const wchar_t* format_, ...) {
  va_list list;
  va_start(list, format_);
  const int result = __vswprintf_chk(wide, 256, 1, 256, format_, list);
  va_end(list);
  return result;
}
static int on_obstack(const char* format_, ...) {
  static struct obstack stack;
  va_list list;
  if (!stack.chunk)
    obstack_init(&stack);
  va_start(list, format_);
  const int result = obstack_vprintf(&stack, format_, list);
  va_end(list);
  obstack_printf(&stack, "%d", 1);
  return result;
}

static const char* bytes;
static const wchar_t* characters;
static mbstate_t state;
static int numbers[] = {5, 3, 9, 1}, sign, position;
static regex_t expression;
static pthread_attr_t attributes;
static pthread_mutexattr_t mutex_attributes;
static size_t length;
static locale_t c_locale;
static jmp_buf environment;

#define TRIALS                                                                                     \
  TRY(snprintf, snprintf(text, 64, "%d %s %f %lld %c %p", 1, "x", number, 1LL, 'c', text))         \
  TRY(vsnprintf, format("%d %s %g", 1, "x", number))                                               \
  TRY(sprintf, sprintf(text, "%d %s %e", 1, "x", number))                                          \
  TRY(vsprintf, format_unbound("%d %s %e", 1, "x", number))                                        \
  TRY(swprintf, swprintf(wide, 256, L"%d %ls %f", 1, L"x", number))                                \
  TRY(vswprintf, format_wide(L"%d %ls %f", 1, L"x", number))                                       \
  TRY(__snprintf_chk, __snprintf_chk(text, 64, 1, 256, "%d %f", 1, number))                        \
  TRY(__sprintf_chk, __sprintf_chk(text, 1, 256, "%d %f", 1, number))                              \
  TRY(__swprintf_chk, __swprintf_chk(wide, 256, 1, 256, L"%d %f", 1, number))                      \
  TRY(__vsnprintf_chk, fortified(0, "%d %f", 1, number))                                           \
  TRY(__vsprintf_chk, fortified(1, "%d %f", 1, number))                                            \
  TRY(__vsnprintf, fortified(2, "%d %f", 1, number))                                               \
  TRY(__vswprintf_chk, fortified_wide(L"%d %f", 1, number))                                        \
  TRY(obstack_vprintf, on_obstack("%d %s", 1, "x"))                                                \
  TRY(obstack_printf, on_obstack("%d %s", 1, "x"))                                                 \
  TRY(_obstack_newchunk, on_obstack("%200s", "x"))                                                 \
  TRY(_obstack_begin, on_obstack("%d", 1))                                                         \
  TRY(_obstack_begin_1, on_obstack("%d", 1))                                                       \
  TRY(mbrtowc, mbrtowc(wide, "a", 1, &state))                                                      \
  TRY(__mbrtowc, __mbrtowc(wide, "a", 1, &state))                                                  \
  TRY(mbrlen, mbrlen("a", 1, &state))                                                              \
  TRY(__mbrlen, __mbrlen("a", 1, &state))                                                          \
  TRY(mblen, mblen("a", 1))                                                                        \
  TRY(mbtowc, mbtowc(wide, "a", 1))                                                                \
  TRY(mbstowcs, mbstowcs(wide, "abc", 256))                                                        \
  TRY(mbsrtowcs, (bytes = "abc", mbsrtowcs(wide, &bytes, 256, &state)))                            \
  TRY(mbsnrtowcs, (bytes = "abc", mbsnrtowcs(wide, &bytes, 3, 256, &state)))                       \
  TRY(__mbsrtowcs_chk, (bytes = "abc", __mbsrtowcs_chk(wide, &bytes, 256, &state, 256)))           \
  TRY(__mbsnrtowcs_chk, (bytes = "abc", __mbsnrtowcs_chk(wide, &bytes, 3, 256, &state, 256)))      \
  TRY(__mbstowcs_chk, __mbstowcs_chk(wide, "abc", 256, 256))                                       \
  TRY(mbrtoc16, mbrtoc16((char16_t*)wide, "a", 1, &state))                                         \
  TRY(mbrtoc32, mbrtoc32((char32_t*)wide, "a", 1, &state))                                         \
  TRY(c16rtomb, c16rtomb(text, u'a', &state))                                                      \
  TRY(c32rtomb, c32rtomb(text, U'a', &state))                                                      \
  TRY(wcrtomb, wcrtomb(text, L'a', &state))                                                        \
  TRY(wctomb, wctomb(text, L'a'))                                                                  \
  TRY(wcstombs, wcstombs(text, L"abc", 256))                                                       \
  TRY(wcsrtombs, (characters = L"abc", wcsrtombs(text, &characters, 256, &state)))                 \
  TRY(wcsnrtombs, (characters = L"abc", wcsnrtombs(text, &characters, 3, 256, &state)))            \
  TRY(__wcrtomb_chk, __wcrtomb_chk(text, L'a', &state, 256))                                       \
  TRY(__wctomb_chk, __wctomb_chk(text, L'a', 256))                                                 \
  TRY(__wcstombs_chk, __wcstombs_chk(text, L"abc", 256, 256))                                      \
  TRY(__wcsrtombs_chk,                                                                             \
      (characters = L"abc", __wcsrtombs_chk(text, &characters, 256, &state, 256)))                 \
  TRY(__wcsnrtombs_chk,                                                                            \
      (characters = L"abc", __wcsnrtombs_chk(text, &characters, 3, 256, &state, 256)))             \
  TRY(btowc, btowc('a'))                                                                           \
  TRY(wctob, wctob(L'a'))                                                                          \
  TRY(wcsftime, wcsftime(wide, 256, L"%Y %B %d", &broken))                                         \
  TRY(wcsftime_l, wcsftime_l(wide, 256, L"%Y %B %d", &broken, c_locale))                           \
  TRY(strptime, strptime("2020-01-02", "%Y-%m-%d", &broken))                                       \
  TRY(strptime_l, strptime_l("2020-01-02", "%Y-%m-%d", &broken, c_locale))                         \
  TRY(asctime_r, asctime_r(&broken, text))                                                         \
  TRY(gmtime_r, gmtime_r(&date, &broken))                                                          \
  TRY(__gmtime_r, __gmtime_r(&date, &broken))                                                      \
  TRY(timegm, timegm(&broken))                                                                     \
  TRY(strerror_r, strerror_r(2, text, 256))                                                        \
  TRY(__strerror_r, __strerror_r(2, text, 256))                                                    \
  TRY(__xpg_strerror_r, __xpg_strerror_r(2, text, 256))                                            \
  TRY(gai_strerror, gai_strerror(EAI_NONAME))                                                      \
  TRY(hstrerror, hstrerror(TRY_AGAIN))                                                             \
  TRY(regerror, regerror(REG_BADPAT, &expression, text, 256))                                      \
  TRY(fnmatch, fnmatch("*.c", "file.c", 0))                                                        \
  TRY(qsort, qsort(numbers, 4, sizeof *numbers, compare))                                          \
  TRY(qsort_r, qsort_r(numbers, 4, sizeof *numbers, compare_r, NULL))                              \
  TRY(inet_ntop, inet_ntop(AF_INET, numbers, text, 256))                                           \
  TRY(ether_ntoa_r, ether_ntoa_r((struct ether_addr*)numbers, text))                               \
  TRY(ecvt_r, ecvt_r(number, 5, &position, &sign, text, 256))                                      \
  TRY(fcvt_r, fcvt_r(number, 5, &position, &sign, text, 256))                                      \
  TRY(qecvt_r, qecvt_r(number, 5, &position, &sign, text, 256))                                    \
  TRY(qfcvt_r, qfcvt_r(number, 5, &position, &sign, text, 256))                                    \
  TRY(gcvt, gcvt(number, 5, text))                                                                 \
  TRY(qgcvt, qgcvt(number, 5, text))                                                               \
  TRY(strfromd, strfromd(text, 256, "%f", number))                                                 \
  TRY(strfromf, strfromf(text, 256, "%f", 1.5f))                                                   \
  TRY(strfroml, strfroml(text, 256, "%f", 1.5L))                                                   \
  TRY(strfmon, strfmon(text, 256, "%n", number))                                                   \
  TRY(strfmon_l, strfmon_l(text, 256, c_locale, "%n", number))                                     \
  TRY(_setjmp, _setjmp(environment))                                                               \
  TRY(localeconv, localeconv())                                                                    \
  TRY(confstr, confstr(_CS_PATH, text, 256))                                                       \
  TRY(rpmatch, rpmatch("y"))                                                                       \
  TRY(pthread_attr_getstacksize, pthread_attr_getstacksize(&attributes, &length))                  \
  TRY(pthread_mutexattr_getprioceiling,                                                            \
      pthread_mutexattr_getprioceiling(&mutex_attributes, &position))

/* The writable variables of libc. */
static int find(struct dl_phdr_info* info, size_t unused, void* wanted) {
  (void)unused, (void)wanted;
  if (!strstr(info->dlpi_name, "libc.so"))
    return 0;
  for (int i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_W) {
      start = (char*)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
      size = info->dlpi_phdr[i].p_memsz;
    }
  return 1;
}

#define TRY(name, call)                                                                            \
  static void try_##name(void) { (void)(call); }
TRIALS
#undef TRY

static int passes(void (*trial)(void)) {
  const pid_t child = fork();
  if (child == 0) {
    trial();
    memcpy(copy, start, size);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
      syscall(SYS_exit, 2);
    trial();
    syscall(SYS_exit, memcmp(copy, start, size) != 0);
  }
  int status;
  return waitpid(child, &status, 0) == child && status == 0;
}

int main(void) {
  dl_iterate_phdr(find, NULL);
  copy = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  c_locale = newlocale(LC_ALL_MASK, "C", NULL);
  pthread_attr_init(&attributes);
  pthread_mutexattr_init(&mutex_attributes);
  gmtime_r(&date, &broken);
  if (regcomp(&expression, "a*", 0) != 0 || !start || copy == MAP_FAILED)
    return 1;
  static const struct {
    const char* name;
    void (*trial)(void);
  } trials[] = {
#define TRY(name, call) {#name, try_##name},
      TRIALS};
  for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
    const int passed = passes(trials[i].trial);
    if (passed)
      puts(trials[i].name);
    else
      fprintf(stderr, "%s: fails\n", trials[i].name);
    fflush(stdout);
  }
  return 0;
}
