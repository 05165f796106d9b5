/* Polls: a loop that may run for long counts its iterations down in a register, and calls the
 * runtime each time the count is used up. Natively there is nobody to call. The count goes down by
 * two, so that its lowest bit tells whether the loop has polled since it was entered. */
#include "loops.h"
#include "unit.h"
#include "work.h"

#include "simterpose/module.h"

#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"

using namespace llvm;

namespace stp {

static bool polls = true;

void leaveOutPolls() { polls = false; }

static FunctionType* pollType(Unit& unit) {
  auto* const i32 = Type::getInt32Ty(unit.context);
  return FunctionType::get(Type::getVoidTy(unit.context), {i32}, false);
}

GlobalVariable* pollOf(Unit& unit) {
  return unit.shared("poll", ConstantPointerNull::get(pollType(unit)->getPointerTo()), false);
}

/* header:  count = phi [period from outside], [count of the last iteration]
 *          if (count < 2) goto exhausted; else goto body, count - 2
 * exhausted: if (poll) goto call; else goto body, period
 * call:    poll(period | kind | again); goto body, period again
 * body:    what the header was */
static void insert(Unit& unit, LoopInfo& loops, PollingLoop const& polling, WorkCounter& work) {
  auto* const header = polling.header;
  auto* const loop = loops.getLoopFor(header);
  auto* const i32 = Type::getInt32Ty(unit.context);
  auto const number = [i32](unsigned value) { return ConstantInt::get(i32, value); };

  auto* const body = SplitBlock(header, &*header->getFirstInsertionPt(),
                                static_cast<DominatorTree*>(nullptr), &loops);
  header->getTerminator()->eraseFromParent();
  auto* const exhausted = BasicBlock::Create(unit.context, "poll", header->getParent(), body);
  auto* const call = BasicBlock::Create(unit.context, "poll.call", header->getParent(), body);
  for (auto* const block : {exhausted, call})
    loop->addBasicBlockToLoop(block, loops);

  IRBuilder<> builder(header, header->begin());
  auto* const count = builder.CreatePHI(i32, pred_size(header));
  builder.SetInsertPoint(header);
  auto* const rest = builder.CreateSub(count, number(2));
  builder.CreateCondBr(builder.CreateICmpULT(count, number(2)), exhausted, body,
                       MDBuilder(unit.context).createBranchWeights(1, 1 << 20));

  builder.SetInsertPoint(exhausted);
  auto* const pointer = pollType(unit)->getPointerTo();
  auto* const poll = builder.CreateLoad(pointer, pollOf(unit));
  builder.CreateCondBr(builder.CreateIsNull(poll), body, call);

  builder.SetInsertPoint(call);
  work.flush(builder);
  static_assert(SIMTERPOSE_POLL_AGAIN == 1, "the lowest bit of the count");
  auto* const again = builder.CreateAnd(rest, number(SIMTERPOSE_POLL_AGAIN));
  auto* const called = builder.CreateCall(
      pollType(unit), poll, {builder.CreateOr(again, number(polling.kind | polling.period))});
  called->setCallingConv(CallingConv::PreserveAll);
  builder.CreateBr(body);

  builder.SetInsertPoint(body, body->begin());
  auto* const left = builder.CreatePHI(i32, 3);
  left->addIncoming(rest, header);
  left->addIncoming(number(2 * polling.period), exhausted);
  left->addIncoming(number(2 * polling.period + 1), call);
  for (auto* const from : predecessors(header))
    count->addIncoming(
        loop->contains(from) ? static_cast<Value*>(left) : number(2 * polling.period), from);
}

/* Blocks of their own before and after each loop. */
static void simplifyLoops(Function& function, FunctionAnalysisManager& analyses) {
  auto& loops = analyses.getResult<LoopAnalysis>(function);
  if (loops.empty())
    return;
  auto& dominators = analyses.getResult<DominatorTreeAnalysis>(function);
  auto& assumptions = analyses.getResult<AssumptionAnalysis>(function);
  bool changed = false;
  for (auto* const loop : loops)
    changed |= simplifyLoop(loop, &dominators, &loops, nullptr, &assumptions, nullptr, false);
  if (changed)
    analyses.invalidate(function, PreservedAnalyses::none());
}

void watchWork(Unit& unit, FunctionAnalysisManager& analyses) {
  Callees const callees(unit.module, analyses);
  for (auto& function : unit.module) {
    if (function.isDeclarationForLinker() || function.hasFnAttribute(Attribute::Naked) ||
        Unit::isOurs(function))
      continue;
    simplifyLoops(function, analyses);
    SmallVector<PollingLoop, 8> found;
    if (polls)
      found = findPollingLoops(function, analyses);
    if (found.empty() && not countsWork())
      continue;
    WorkCounter work(unit, callees, function, found, analyses);
    auto& loops = analyses.getResult<LoopAnalysis>(function);
    for (auto const& polling : found)
      insert(unit, loops, polling, work);
    work.finish();
    analyses.invalidate(function, PreservedAnalyses::none());
  }
}

} // namespace stp
