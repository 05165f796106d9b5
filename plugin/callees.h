/* What is known of the functions that a unit calls, before any of them is instrumented. */
#ifndef STP_PLUGIN_CALLEES_H
#define STP_PLUGIN_CALLEES_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/IR/PassManager.h"

namespace llvm {
class CallBase;
class Function;
class Module;
} // namespace llvm

namespace stp {

class Callees {
public:
  Callees(llvm::Module& module, llvm::FunctionAnalysisManager& analyses);

  /* Whether nobody looks at the count of work while the call lasts: it makes no mediated call and
   * calls nothing that is not known. */
  bool isUnseen(llvm::CallBase const& call) const;

  /* Whether a function leaves it to its callers to count what it costs. */
  bool isLeftToCallers(llvm::Function const& function) const;

  /* What a call of such a function costs; 0 for others, which count themselves. */
  uint64_t costOf(llvm::CallBase const& call) const;

private:
  bool isQuiet(llvm::Function const& function) const;
  bool dropLoud();
  bool isShort(llvm::Function const& function) const;
  void summarise(llvm::Function& function);
  void trySummary(llvm::Function& function);

  llvm::FunctionAnalysisManager& analyses_;
  llvm::DenseSet<llvm::Function const*> quiet_, begun_, done_;
  llvm::DenseMap<llvm::Function const*, uint64_t> costs_;
};

} // namespace stp

#endif
