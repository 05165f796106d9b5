/* Names of the system (sys/utsname.h, unistd.h): the emulated host's, or what root has made of them
 * since it was turned on. By which name others find it is the platform's business. */
#include <linux/capability.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "process/identity.h"

enum { LONGEST = 64 /* __NEW_UTS_LEN */ };

static const char* node_name(void) { return stp_host_node_name(stp_me->host); }

static const char* domain_name(void) { return stp_host_domain_name(stp_me->host); }

int simterpose_uname(struct utsname* names) {
  memset(names, 0, sizeof *names);
  strcpy(names->sysname, "Linux");
  strncpy(names->nodename, node_name(), sizeof names->nodename - 1);
  strcpy(names->release, "6.1.0-simterpose");
  strcpy(names->version, "#1 SMP");
  strcpy(names->machine, "x86_64");
  strcpy(names->domainname, domain_name());
  return 0;
}

int simterpose_gethostname(char* name, size_t size) {
  const size_t needed = strlen(node_name()) + 1;
  memcpy(name, node_name(), needed < size ? needed : size);
  return (int)stp_return(needed <= size ? 0 : -ENAMETOOLONG);
}

int simterpose___gethostname_chk(char* name, size_t size, size_t room) {
  if (size > room)
    simterpose___chk_fail();
  return simterpose_gethostname(name, size);
}

int simterpose_getdomainname(char* name, size_t size) {
  const size_t needed = strlen(domain_name()) + 1;
  memcpy(name, domain_name(), needed < size ? needed : size);
  return (int)stp_return(needed <= size ? 0 : -EINVAL);
}

int simterpose___getdomainname_chk(char* name, size_t size, size_t room) {
  if (size > room)
    simterpose___chk_fail();
  return simterpose_getdomainname(name, size);
}

static long set(char** name, const char* text, size_t size) {
  if (!stp_capable(CAP_SYS_ADMIN))
    return -EPERM;
  if (size > LONGEST)
    return -EINVAL;
  char* const copy = stp_alloc(size + 1);
  memcpy(copy, text, size);
  stp_free(*name);
  *name = copy;
  return 0;
}

int simterpose_sethostname(const char* name, size_t size) {
  return (int)stp_return(set(&stp_me->host->node_name, name, size));
}

int simterpose_setdomainname(const char* name, size_t size) {
  return (int)stp_return(set(&stp_me->host->domain_name, name, size));
}
