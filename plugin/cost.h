/* What code costs on a processor that nobody has measured: abstract cycles, in thousandths. */
#ifndef STP_PLUGIN_COST_H
#define STP_PLUGIN_COST_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/PassManager.h"

namespace llvm {
class BasicBlock;
class Function;
class Loop;
class LoopInfo;
class TargetTransformInfo;
} // namespace llvm

namespace stp {

using Costs = llvm::DenseMap<llvm::BasicBlock const*, uint64_t>;

/* Of one run of each block. What a loop waits for from one iteration to the next, beyond what it
 * executes, is charged to its header. */
Costs costsOf(llvm::Function& function, llvm::TargetTransformInfo const& target,
              llvm::LoopInfo const& loops);

} // namespace stp

#endif
