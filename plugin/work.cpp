/* Where the counting goes: block by block, what regions.cpp has left there. */
#include "work.h"

#include "charges.h"
#include "cost.h"
#include "regions.h"

#include "llvm/IR/Dominators.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

using namespace llvm;

namespace stp {

static bool counts = true;

void leaveOutWork() { counts = false; }
bool countsWork() { return counts; }

GlobalVariable* workOf(Unit& unit) {
  return unit.shared("work", ConstantInt::get(unit.word, 0), false);
}

void WorkCounter::add(IRBuilder<>& builder, Value* cost) {
  auto* const before = builder.CreateLoad(unit_.word, count_);
  builder.CreateStore(builder.CreateAdd(before, cost), count_);
}

void WorkCounter::flush(IRBuilder<>& builder) {
  if (not count_)
    return;
  auto* const count = builder.CreateLoad(unit_.word, count_);
  auto* const before = builder.CreateLoad(unit_.word, total_);
  auto* const after = builder.Insert(BinaryOperator::CreateAdd(before, count));
  builder.CreateStore(after, total_);
  builder.CreateStore(ConstantInt::get(unit_.word, 0), count_);
  flushes_.push_back(after);
}

void WorkCounter::countBlock(BasicBlock& block) {
  SmallVector<CallBase*, 8> seen, charged;
  for (auto& instruction : block)
    if (auto* const call = dyn_cast<CallBase>(&instruction)) {
      if (chargeOf(*call))
        charged.push_back(call);
      if (not callees_.isUnseen(*call))
        seen.push_back(call);
    }
  for (auto* const call : charged) {
    if (call->isTerminator() || call->isMustTailCall())
      continue;
    IRBuilder<> builder(call->getNextNode());
    if (auto* const cost = variableCost(*chargeOf(*call), *call, builder))
      add(builder, cost);
  }
  if (auto const cost = costs_.lookup(&block)) {
    IRBuilder<> builder(&block,
                        block.isEntryBlock() ? begin_->getIterator() : block.getFirstInsertionPt());
    add(builder, ConstantInt::get(unit_.word, cost));
  }
  for (auto* const call : seen) {
    IRBuilder<> builder(call);
    flush(builder);
  }
  auto* const end = block.getTerminator();
  if (isa<ReturnInst>(end) || isa<ResumeInst>(end)) {
    auto* const tail = block.getTerminatingMustTailCall();
    IRBuilder<> builder(tail ? static_cast<Instruction*>(tail) : end);
    flush(builder);
  }
}

WorkCounter::WorkCounter(Unit& unit, Callees const& callees, Function& function,
                         ArrayRef<PollingLoop> polling, FunctionAnalysisManager& analyses)
    : unit_(unit), callees_(callees), function_(function), total_(workOf(unit)) {
  if (not counts || callees.isLeftToCallers(function))
    return;
  Waits waits;
  costs_ = costsOf(function, analyses, waits);
  auto& entry = function.getEntryBlock();
  IRBuilder<> start(&entry, entry.begin());
  count_ = start.CreateAlloca(unit.word, nullptr, "simterpose.count");
  begin_ = start.CreateStore(ConstantInt::get(unit.word, 0), count_)->getNextNode();
  Regions regions(unit, callees, function, polling, analyses, costs_, waits);
  regions.gather();
  regions.countLoops([this](IRBuilder<>& builder, Value* cost) { add(builder, cost); });
  for (auto& block : function)
    countBlock(block);
}

void WorkCounter::finish() {
  if (not count_)
    return;
  DominatorTree dominators(function_);
  PromoteMemToReg({count_}, dominators);
  for (auto* const addition : flushes_) // of nothing, where all has been given before
    if (auto const* const count = dyn_cast<ConstantInt>(addition->getOperand(1)))
      if (count->isZero()) {
        auto* const before = cast<Instruction>(addition->getOperand(0));
        cast<Instruction>(addition->user_back())->eraseFromParent();
        addition->eraseFromParent();
        before->eraseFromParent();
      }
}

} // namespace stp
