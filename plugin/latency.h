/* Chains of instructions that wait for each other. */
#ifndef STP_PLUGIN_LATENCY_H
#define STP_PLUGIN_LATENCY_H

#include <cstdint>

namespace llvm {
class Loop;
}

namespace stp {

/* How long an iteration of a loop takes at least, because it needs what the one before computed: in
 * thousandths of a cycle. */
uint64_t recurrenceOf(llvm::Loop const& loop);

} // namespace stp

#endif
