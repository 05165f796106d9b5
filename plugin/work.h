/* Counting work: what the code of a function costs is added up in a register and given to the
 * module's counter where somebody may look at it: at calls, polls and the end of the function. */
#ifndef STP_PLUGIN_WORK_H
#define STP_PLUGIN_WORK_H

#include "callees.h"
#include "loops.h"
#include "unit.h"

#include "llvm/IR/IRBuilder.h"

namespace stp {

class WorkCounter {
public:
  /* Adds the counting to a function; its control flow stays. */
  WorkCounter(Unit& unit, Callees const& callees, llvm::Function& function,
              llvm::ArrayRef<PollingLoop> polling, llvm::FunctionAnalysisManager& analyses);

  /* Gives the count to the module here, if work is counted. */
  void flush(llvm::IRBuilder<>& builder);

  /* When nothing will be added any more. */
  void finish();

private:
  void add(llvm::IRBuilder<>& builder, llvm::Value* cost);
  void countBlock(llvm::BasicBlock& block);

  Unit& unit_;
  Callees const& callees_;
  llvm::Function& function_;
  llvm::GlobalVariable* const total_;
  llvm::AllocaInst* count_ = nullptr;
  llvm::Instruction* begin_ = nullptr; // the function's first instruction that is not ours
  llvm::DenseMap<llvm::BasicBlock const*, uint64_t> costs_;
  llvm::SmallVector<llvm::Instruction*, 8> flushes_; // the additions
};

/* An argument of the plugin: nothing is counted. */
void leaveOutWork();
bool countsWork();

llvm::GlobalVariable* workOf(Unit& unit);

} // namespace stp

#endif
