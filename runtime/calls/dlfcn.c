/* dlfcn.h: loading libraries at run time. What is found is the calling process's own: variables in
 * its image, mediated functions in the runtime. */
#include <dlfcn.h>
#include <stdio.h>

#include "calls/adapter.h"
#include "calls/table.h"
#include "file/paths.h"
#include "process/hidden.h"
#include "process/late.h"
#include "process/program.h"

struct error {
  bool pending;
  char text[512];
};

static struct error* last_error(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct error));
}

static void* fail(const char* format, const char* detail) {
  struct error* const error = last_error();
  snprintf(error->text, sizeof error->text, format, detail);
  error->pending = true;
  return NULL;
}

char* simterpose_dlerror(void) {
  struct error* const error = last_error();
  if (!error->pending)
    return NULL;
  error->pending = false;
  return error->text;
}

/* The real path of the library at a virtual one, to be freed; null if there is none. */
static char* find_file(const char* path) {
  STP_LOCATION location = {0};
  if (stp_path_existing(AT_FDCWD, path, true, &location) != 0)
    return NULL;
  return location.layer == STP_HOST || location.layer == STP_REAL ? stp_location_real(&location)
                                                                  : NULL;
}

void* simterpose_dlopen(const char* path, int flags) {
  if (path == NULL)
    return stp_me->program->handle;
  char* const found = strchr(path, '/') == NULL ? stp_strdup(path) : find_file(path);
  if (found == NULL)
    return fail("%s: cannot open shared object file: No such file or directory", path);
  struct error* const error = last_error();
  void* const handle = stp_late_open(found, flags, error->text, sizeof error->text);
  error->pending = handle == NULL;
  stp_free(found);
  return handle;
}

int simterpose_dlclose(void* handle) {
  if (handle == stp_me->program->handle || dlclose(handle) == 0)
    return 0;
  fail("%s", dlerror());
  return -1;
}

/* What the process is to see of what the dynamic linker found. */
static void* as_seen(const char* name, void* found) {
  void* const adapter = stp_call_address(name);
  if (adapter != NULL && stp_late_is_foreign(found))
    return adapter;
  return stp_late_displace(found);
}

void* simterpose_dlsym(void* handle, const char* name) {
  void* found = NULL;
  if (handle == RTLD_DEFAULT || handle == RTLD_NEXT)
    found = stp_late_find(name);
  else
    found = dlsym(handle, name);
  if (handle == RTLD_NEXT && (found == NULL || !stp_late_is_foreign(found)))
    found = dlsym(RTLD_NEXT, name); /* the program's wrapper looks for libc's */
  if (found == NULL)
    return fail("undefined symbol: %s", name);
  return as_seen(name, found);
}

void* simterpose_dlvsym(void* handle, const char* name, const char* version) {
  if (handle == RTLD_DEFAULT || handle == RTLD_NEXT)
    handle = stp_me->program->handle;
  void* const found = dlvsym(handle, name, version);
  return found == NULL ? fail("undefined symbol: %s", name) : as_seen(name, found);
}

/* The program was loaded from a copy: it is named by its own path. */
int simterpose_dladdr(const void* address, Dl_info* info) {
  const void* const loaded = stp_late_as_loaded(address);
  if (dladdr(loaded, info) == 0)
    return 0;
  if (info->dli_saddr != NULL)
    info->dli_saddr = stp_late_displace(info->dli_saddr);
  const struct simterpose_module* const m = stp_me->program->modules[0].descriptor;
  Dl_info of_program;
  if (dladdr(m, &of_program) != 0 && of_program.dli_fbase == info->dli_fbase)
    info->dli_fname = stp_me->program->path;
  return 1;
}

/* ---- what is loaded: into the one process that all share ---- */

int simterpose_dl_iterate_phdr(int (*visit)(struct dl_phdr_info* info, size_t size, void* data),
                               void* data) {
  return dl_iterate_phdr(visit, data);
}

int simterpose_dlinfo(void* handle, int request, void* argument) {
  return dlinfo(handle, request, argument);
}
