/* Without optimisation an atomic variable of C++ is read by calling a function, which calls others;
 * programs have such functions of their own ("is it done?"). */
#include "observers.h"

#include "llvm_compat.h"
#include "unit.h"
#include "values.h"

#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace stp {

/* How many calls deep to look. */
static constexpr unsigned depthLimit = 4;

static Observer observe(CallBase const& call, unsigned depth);

/* Of work, which the plugin has put there. */
static bool isCount(StoreInst const& store) {
  auto const* const variable = dyn_cast<GlobalVariable>(store.getPointerOperand());
  return variable && Unit::isOurs(*variable);
}

static Observer observe(Instruction const& instruction, unsigned depth) {
  if (auto const* const intrinsic = dyn_cast<IntrinsicInst>(&instruction))
    return intrinsic->mayWriteToMemory() && not isHarmless(*intrinsic) ? Observer::No
                                                                       : Observer::Plain;
  if (auto const* const call = dyn_cast<CallBase>(&instruction))
    return observe(*call, depth + 1);
  if (auto const* const store = dyn_cast<StoreInst>(&instruction))
    return isLocal(store->getPointerOperand()) || isCount(*store) ? Observer::Plain : Observer::No;
  if (isa<LoadInst>(instruction))
    return instruction.isVolatile() || instruction.isAtomic() ? Observer::Others : Observer::Plain;
  return instruction.mayWriteToMemory() && not isa<FenceInst>(instruction) ? Observer::No
                                                                           : Observer::Plain;
}

static Observer observe(CallBase const& call, unsigned depth) {
  auto const* const function = call.getCalledFunction();
  if (not function || function->isDeclarationForLinker() || depth > depthLimit)
    return Observer::No;
  auto result = Observer::Plain;
  for (auto const& instruction : instructions(*function)) {
    if (isa<UnreachableInst>(instruction.getParent()->getTerminator()))
      continue; // the end of the program
    auto const part = observe(instruction, depth);
    if (part == Observer::No)
      return part;
    if (part == Observer::Others)
      result = part;
  }
  return result;
}

Observer observerOf(CallBase const& call) { return observe(call, 0); }

} // namespace stp
