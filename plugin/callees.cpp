/* A function of this unit is quiet if all that it calls is. One that is short, quiet and called by
 * its name only costs about the same each time: its callers count that with their own work, which
 * costs nothing at run time. */
#include "callees.h"

#include "charges.h"
#include "cost.h"
#include "unit.h"

#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace stp {

/* Instructions of a short function. */
static constexpr unsigned SHORT = 120;

static bool isCallOnly(Function const& function) {
  return all_of(function.uses(), [](Use const& use) {
    auto const* const call = dyn_cast<CallBase>(use.getUser());
    return call && call->isCallee(&use);
  });
}

bool Callees::isQuiet(Function const& function) const { return quiet_.count(&function) > 0; }

bool Callees::isUnseen(CallBase const& call) const {
  if (isa<IntrinsicInst>(call) || call.isInlineAsm())
    return true;
  if (auto const* const charge = chargeOf(call))
    return stp::isUnseen(*charge);
  auto const* const callee = call.getCalledFunction();
  return callee && isQuiet(*callee);
}

/* Takes those away that call something else; whether there were any. */
bool Callees::dropLoud() {
  SmallVector<Function const*, 16> loud;
  for (auto const* const function : quiet_)
    if (any_of(instructions(*function), [&](Instruction const& instruction) {
          auto const* const call = dyn_cast<CallBase>(&instruction);
          return call && not isUnseen(*call);
        }))
      loud.push_back(function);
  for (auto const* const function : loud)
    quiet_.erase(function);
  return not loud.empty();
}

bool Callees::isShort(Function const& function) const {
  if (not function.hasLocalLinkage() || not isQuiet(function) || not isCallOnly(function) ||
      function.getInstructionCount() > SHORT)
    return false;
  return all_of(instructions(function), [](Instruction const& instruction) {
    auto const* const call = dyn_cast<CallBase>(&instruction);
    auto const* const charge = call ? chargeOf(*call) : nullptr;
    return not charge || isFixed(*charge);
  });
}

void Callees::summarise(Function& function) {
  if (not begun_.insert(&function).second)
    return;
  trySummary(function);
  done_.insert(&function);
}

void Callees::trySummary(Function& function) {
  if (not isShort(function) || not analyses_.getResult<LoopAnalysis>(function).empty())
    return;
  double sum = 0;
  Waits waits; // none without loops
  auto const costs = costsOf(function, analyses_, waits);
  auto const& frequencies = analyses_.getResult<BlockFrequencyAnalysis>(function);
  for (auto& block : function) {
    auto cost = costs.lookup(&block);
    for (auto const& instruction : block)
      if (auto const* const call = dyn_cast<CallBase>(&instruction)) {
        if (auto* const callee = call->getCalledFunction()) {
          summarise(*callee);
          if (begun_.count(callee) && not done_.count(callee))
            return; // it calls itself, so it must count itself
        }
        cost += costOf(*call);
      }
    sum += double(cost) * frequencyOf(frequencies, block, function.getEntryBlock());
  }
  costs_[&function] = uint64_t(sum);
}

Callees::Callees(Module& module, FunctionAnalysisManager& analyses) : analyses_(analyses) {
  for (auto const& function : module)
    if (not function.isDeclarationForLinker() && not function.isInterposable() &&
        not function.hasFnAttribute(Attribute::Naked))
      quiet_.insert(&function);
  while (dropLoud())
    ;
  for (auto& function : module)
    summarise(function);
}

bool Callees::isLeftToCallers(Function const& function) const {
  return costs_.count(&function) > 0;
}

uint64_t Callees::costOf(CallBase const& call) const {
  auto const* const callee = call.getCalledFunction();
  return callee ? costs_.lookup(callee) : 0;
}

} // namespace stp
