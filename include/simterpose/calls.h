/* Declares simterpose_NAME for every mediated call of the table, with the type libc gives to NAME:
 * an adapter with a wrong signature does not compile. Adapters include this header; nothing else
 * needs it. */
#ifndef SIMTERPOSE_CALLS_H
#define SIMTERPOSE_CALLS_H

#include "simterpose/libc.h"

/* Old names are mediated, too. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#define CALL(name, file, support, remark) extern __typeof__(name) simterpose_##name;
#define ALIAS(symbol, ...)
#define DATA(name, support, remark)
#include "simterpose/calls.def"
#undef CALL
#undef ALIAS
#undef DATA
#pragma GCC diagnostic pop

#endif
