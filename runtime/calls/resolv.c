/* resolv.h: there is no DNS to ask (queries are refused), so there is nothing to initialise. */
#include "calls/adapter.h"

int simterpose___res_init(void) { return 0; }

int simterpose___res_ninit(res_state state) {
  *state = (struct __res_state){.retrans = 5, .retry = 2, .options = RES_INIT | RES_RECURSE};
  return 0;
}

void simterpose___res_nclose(res_state state) { (void)state; }
