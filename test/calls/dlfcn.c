// CALLS: dl_iterate_phdr dlinfo dlopen dlclose dlsym dlvsym dlerror dladdr
// RUN: env STP_LIBS=-rdynamic %both
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <math.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "check.h"

int of_program = 5;
int function_of_program(void);
int function_of_program(void) { return ++of_program; }

/* What a wrapper library does. */
int uname(struct utsname* name) {
  int (*next)(struct utsname*) = (int (*)(struct utsname*))dlsym(RTLD_NEXT, "uname");
  CHECK(next && (void*)next != (void*)uname);
  int result = next(name);
  strcpy(name->sysname, "wrapped");
  return result;
}

static void symbols_of(void* handle) {
  int* variable = dlsym(handle, "of_program");
  CHECK(variable == &of_program && *variable == of_program);
  int (*function)(void) = (int (*)(void))dlsym(handle, "function_of_program");
  CHECK(function == function_of_program && function() == of_program);
  CHECK((void*)dlsym(handle, "uname") == (void*)uname);
}

static void mediated(void) {
  char name[64], found[64];
  int (*get)(char*, size_t) = (int (*)(char*, size_t))dlsym(RTLD_DEFAULT, "gethostname");
  CHECK(get && get(found, sizeof found) == 0 && gethostname(name, sizeof name) == 0);
  CHECK(strcmp(name, found) == 0);
  struct utsname system;
  CHECK(uname(&system) == 0 && strcmp(system.sysname, "wrapped") == 0);
  CHECK(strcmp(system.nodename, name) == 0);
}

static void library(void) {
  void* handle = dlopen("libm.so.6", RTLD_LAZY);
  CHECK(handle && !dlerror());
  double (*cosine)(double) = (double (*)(double))dlsym(handle, "cos");
  CHECK(cosine && cosine(0) == 1);
  CHECK(dlvsym(handle, "cos", "GLIBC_2.2.5") != NULL);
  CHECK(!dlvsym(handle, "cos", "GLIBC_0.0") && dlerror());
  CHECK_EQ(dlclose(handle), 0);
}

static void errors(void) {
  CHECK(!dlerror());
  CHECK(!dlopen("libno-such-library.so.1", RTLD_NOW));
  const char* text = dlerror();
  CHECK(text && strstr(text, "libno-such-library.so.1") && !dlerror());
  CHECK(!dlopen("/no/such/library.so", RTLD_NOW));
  text = dlerror();
  CHECK(text && strstr(text, "/no/such/library.so: cannot open shared object file"));
  CHECK(!dlsym(RTLD_DEFAULT, "no_such_symbol"));
  text = dlerror();
  CHECK(text && strstr(text, "undefined symbol: no_such_symbol") && !dlerror());
}

static void addresses(void) {
  Dl_info info;
  CHECK(dladdr((void*)function_of_program, &info));
  CHECK(info.dli_saddr == (void*)function_of_program);
  CHECK(strcmp(info.dli_sname, "function_of_program") == 0);
  CHECK(strstr(info.dli_fname, "dlfcn.c.tmp"));
  CHECK(dladdr(&of_program, &info) && info.dli_saddr == &of_program);
  CHECK(strcmp(info.dli_sname, "of_program") == 0);
  CHECK_EQ(dladdr(&info, &info), 0);
}

static int count(struct dl_phdr_info* info, size_t size, void* own) {
  CHECK(size >= sizeof *info - 32);
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr)* const header = &info->dlpi_phdr[i];
    const char* const start = (char*)info->dlpi_addr + header->p_vaddr;
    if (header->p_type == PT_LOAD && (char*)count >= start &&
        (char*)count < start + header->p_memsz)
      ++*(int*)own;
  }
  return 0;
}

static void test_loaded(void* self) {
  int own = 0;
  struct link_map* map = NULL;
  CHECK_EQ(dl_iterate_phdr(count, &own), 0);
  CHECK_EQ(own, 1);
  CHECK_EQ(dlinfo(self, RTLD_DI_LINKMAP, &map), 0);
  CHECK(map);
}

int main(void) {
  void* self = dlopen(NULL, RTLD_NOW);
  CHECK(self);
  symbols_of(self);
  test_loaded(self);
  symbols_of(RTLD_DEFAULT);
  CHECK_EQ(dlclose(self), 0);
  symbols_of(RTLD_DEFAULT);
  mediated();
  library();
  errors();
  addresses();
  return 0;
}
