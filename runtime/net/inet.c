/* struct sockaddr_in and struct stp_endpoint. */
#include "net/inet.h"

#include <errno.h>
#include <string.h>

int stp_endpoint_of(const struct sockaddr* address, socklen_t length,
                    struct stp_endpoint* endpoint) {
  struct sockaddr_in inet;
  if (length < sizeof inet)
    return -EINVAL;
  memcpy(&inet, address, sizeof inet);
  *endpoint = (struct stp_endpoint){inet.sin_addr, inet.sin_port};
  return inet.sin_family == AF_INET ? 0 : -EAFNOSUPPORT;
}

void stp_endpoint_store(struct stp_endpoint endpoint, struct sockaddr_storage* name,
                        socklen_t* length) {
  const struct sockaddr_in inet = {
      .sin_family = AF_INET, .sin_port = endpoint.port, .sin_addr = endpoint.address};
  memcpy(name, &inet, sizeof inet);
  *length = sizeof inet;
}
