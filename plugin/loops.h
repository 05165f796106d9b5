/* Which loops may run for long without the runtime hearing of it, and what they seem to do. */
#ifndef STP_PLUGIN_LOOPS_H
#define STP_PLUGIN_LOOPS_H

#include "simterpose/module.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/PassManager.h"

namespace llvm {
class BasicBlock;
}

namespace stp {

/* A loop that is to poll: its header, what it seems to do (SIMTERPOSE_POLL_...), and how many
 * iterations lie between two polls. */
struct PollingLoop {
  llvm::BasicBlock* header;
  unsigned kind, period;
};

llvm::SmallVector<PollingLoop, 8> findPollingLoops(llvm::Function& function,
                                                   llvm::FunctionAnalysisManager& analyses);

} // namespace stp

#endif
