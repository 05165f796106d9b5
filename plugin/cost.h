/* What code costs on a processor that nobody has measured: abstract cycles, in thousandths. */
#ifndef STP_PLUGIN_COST_H
#define STP_PLUGIN_COST_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/PassManager.h"

namespace llvm {
class BasicBlock;
class BlockFrequencyInfo;
class Function;
} // namespace llvm

namespace stp {

using Costs = llvm::DenseMap<llvm::BasicBlock const*, uint64_t>;

/* What a loop waits for in each iteration, beyond what it executes, because it needs what the one
 * before has computed; and how much of that, in all, is hidden where the processor executes what
 * comes after the loop meanwhile. */
struct Wait {
  uint64_t each, hidden;
};
using Waits = llvm::DenseMap<llvm::BasicBlock const*, Wait>; // by header

/* Of one run of each block, without what the functions that it calls do. The wrong guess of when a
 * loop ends is charged to the block before it. */
Costs costsOf(llvm::Function& function, llvm::FunctionAnalysisManager& analyses, Waits& waits);

/* How often `block` is run for each time that `start` is, as the compiler guesses. */
double frequencyOf(llvm::BlockFrequencyInfo const& frequencies, llvm::BasicBlock const& block,
                   llvm::BasicBlock const& start);

} // namespace stp

#endif
