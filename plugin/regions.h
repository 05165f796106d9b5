/* Fewer places to count at: what the blocks of a function cost is moved to where it can be counted
 * at once. */
#ifndef STP_PLUGIN_REGIONS_H
#define STP_PLUGIN_REGIONS_H

#include "callees.h"
#include "cost.h"
#include "loops.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/IRBuilder.h"

namespace llvm {
class Loop;
class LoopInfo;
class SCEV;
class ScalarEvolution;
class SCEVExpander;
} // namespace llvm

namespace stp {

class Unit;

class Regions {
public:
  using Add = llvm::function_ref<void(llvm::IRBuilder<>&, llvm::Value*)>;

  /* `costs`: those of the blocks, which change; `waits`: those of loops. */
  Regions(Unit& unit, Callees const& callees, llvm::Function& function,
          llvm::ArrayRef<PollingLoop> polling, llvm::FunctionAnalysisManager& analyses,
          Costs& costs, Waits& waits);

  /* Moves costs to the beginning of the loop or function around them: calls of functions that leave
   * it to their callers, and blocks that make little difference, or are always run. */
  void gather();

  /* Counts loops as a whole: before they begin, if it is known then how often they go round, else
   * at their end. */
  void countLoops(Add add);

private:
  bool hasSeen(llvm::BasicBlock const& block) const;
  void gather(llvm::BasicBlock& start, llvm::ArrayRef<llvm::BasicBlock*> blocks);
  bool isEven(llvm::Loop const& loop) const;
  llvm::SCEV const* costOf(llvm::Loop& loop);
  bool countBefore(llvm::Loop& loop, llvm::SCEVExpander& expander, Add add);
  bool isSurprising(llvm::Loop const& loop) const;
  bool countAfter(llvm::Loop& loop, Add add);

  Unit& unit_;
  Callees const& callees_;
  llvm::Function& function_;
  llvm::FunctionAnalysisManager& analyses_;
  llvm::LoopInfo& loops_;
  Costs& costs_;
  Waits& waits_;
  llvm::DenseSet<llvm::BasicBlock const*> polling_; // headers of loops
};

} // namespace stp

#endif
