/* Local variables that nobody else sees are like registers: what is loaded has been stored by this
 * function. */
#include "values.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/CaptureTracking.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace stp {

bool isLocal(Value const* pointer) {
  auto const* const object = getUnderlyingObject(pointer);
  return isa<AllocaInst>(object) && not PointerMayBeCaptured(object, true, true);
}

static Value const* placeOf(LoadInst const& load) {
  return load.getPointerOperand()->stripPointerCasts();
}

Value* storedBefore(LoadInst& load) {
  if (not isLocal(load.getPointerOperand()) || load.isVolatile())
    return nullptr;
  for (auto* before = load.getPrevNode(); before; before = before->getPrevNode())
    if (auto* const store = dyn_cast<StoreInst>(before))
      if (store->getPointerOperand()->stripPointerCasts() == placeOf(load))
        return store->getValueOperand();
  return nullptr;
}

bool storedInLoop(LoadInst& load, Loop const& loop, SmallVectorImpl<Value*>& values) {
  if (not isLocal(load.getPointerOperand()) || load.isVolatile())
    return false;
  auto const* const object = getUnderlyingObject(load.getPointerOperand());
  for (auto* const block : loop.blocks())
    for (auto& instruction : *block) {
      auto* const store = dyn_cast<StoreInst>(&instruction);
      if (not store || getUnderlyingObject(store->getPointerOperand()) != object)
        continue;
      if (store->getPointerOperand()->stripPointerCasts() != placeOf(load))
        return false;
      values.push_back(store->getValueOperand());
    }
  return not values.empty();
}

/* What an instruction computes its value from. */
static void appendSources(Instruction& instruction, Loop const& loop,
                          SmallVectorImpl<Value*>& values) {
  if (isa<AtomicCmpXchgInst>(instruction) || isa<AtomicRMWInst>(instruction))
    return values.push_back(instruction.getOperand(0)); // what memory held, whatever was compared
  if (auto* const load = dyn_cast<LoadInst>(&instruction)) {
    if (auto* const stored = storedBefore(*load))
      return values.push_back(stored);
    if (storedInLoop(*load, loop, values))
      return;
  }
  values.append(instruction.op_begin(), instruction.op_end());
}

static bool isSameVariable(Instruction& found, Instruction& start) {
  auto* const load = dyn_cast<LoadInst>(&found);
  auto* const first = dyn_cast<LoadInst>(&start);
  return load && first && placeOf(*load) == placeOf(*first) && not storedBefore(*load);
}

bool feedsItself(Instruction& start, Loop const& loop) {
  SmallPtrSet<Instruction*, 16> seen;
  SmallVector<Value*, 16> values;
  if (auto* const phi = dyn_cast<PHINode>(&start)) {
    for (unsigned i = 0; i < phi->getNumIncomingValues(); i++)
      if (loop.contains(phi->getIncomingBlock(i)) && phi->getIncomingValue(i) != phi)
        values.push_back(phi->getIncomingValue(i));
  } else {
    appendSources(start, loop, values);
  }
  while (not values.empty()) {
    auto* const instruction = dyn_cast<Instruction>(values.pop_back_val());
    if (not instruction || not loop.contains(instruction))
      continue;
    if (instruction == &start || isSameVariable(*instruction, start))
      return true;
    if (seen.insert(instruction).second)
      appendSources(*instruction, loop, values);
  }
  return false;
}

} // namespace stp
