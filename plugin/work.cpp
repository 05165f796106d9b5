/* Where the counting goes. A loop whose number of iterations is known when it is entered is counted
 * there, at once. */
#include "work.h"

#include "cost.h"
#include "llvm_compat.h"

#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;

namespace stp {

static bool counts = true;

void leaveOutWork() { counts = false; }
bool countsWork() { return counts; }

GlobalVariable* workOf(Unit& unit) {
  return unit.shared("work", ConstantInt::get(unit.word, 0), false);
}

/* ---- functions of libc whose work depends on what they are given ---- */

namespace {

/* Work of a call: so much, and so much for each byte that argument `size` or the result tells;
 * thousandths of a cycle. */
struct Charge {
  char const* name;
  int size; // RESULT: what it returns
  uint64_t fixed, perByte;
};
enum { RESULT = -1 };

constexpr Charge charges[] = {
    {"memcpy", 2, 8000, 40},   {"memmove", 2, 8000, 40},      {"memset", 2, 8000, 30},
    {"mempcpy", 2, 8000, 40},  {"memcmp", 2, 6000, 40},       {"bcmp", 2, 6000, 40},
    {"memchr", 2, 6000, 40},   {"strlen", RESULT, 6000, 40},  {"strnlen", RESULT, 6000, 40},
    {"wmemcpy", 2, 8000, 160}, {"wcslen", RESULT, 6000, 160},
};

Charge const* chargeOf(CallBase const& call) {
  if (isa<MemIntrinsic>(call))
    return &charges[0];
  auto const* const callee = call.getCalledFunction();
  if (not callee || not callee->isDeclaration())
    return nullptr;
  for (auto const& charge : charges)
    if (callee->getName() == charge.name)
      return &charge;
  return nullptr;
}

/* Whether nobody looks at the counter during a call. */
bool isUnseen(CallBase const& call) {
  return isa<IntrinsicInst>(call) || call.isInlineAsm() || chargeOf(call);
}

bool hasCalls(Loop const& loop) {
  for (auto* const block : loop.blocks())
    for (auto const& instruction : *block)
      if (isa<CallBase>(instruction) &&
          (not isa<IntrinsicInst>(instruction) || isa<MemIntrinsic>(instruction)))
        return true;
  return false;
}

} // namespace

/* ---- counting ---- */

void WorkCounter::add(IRBuilder<>& builder, Value* cost) {
  auto* const before = builder.CreateLoad(unit_.word, count_);
  builder.CreateStore(builder.CreateAdd(before, cost), count_);
}

void WorkCounter::flush(IRBuilder<>& builder) {
  if (not count_)
    return;
  auto* const count = builder.CreateLoad(unit_.word, count_);
  auto* const before = builder.CreateLoad(unit_.word, total_);
  builder.CreateStore(builder.CreateAdd(before, count), total_);
  builder.CreateStore(ConstantInt::get(unit_.word, 0), count_);
}

void WorkCounter::chargeCall(CallBase& call) {
  auto const& charge = *chargeOf(call);
  auto* const size = charge.size == RESULT ? &call : call.getArgOperand(unsigned(charge.size));
  auto const* const known = dyn_cast<ConstantInt>(size);
  if (isa<MemIntrinsic>(call) && known && known->getZExtValue() <= 128)
    return; // a few instructions
  if (not size->getType()->isIntegerTy() || call.isTerminator())
    return;
  IRBuilder<> builder(call.getNextNode());
  auto* const bytes = builder.CreateZExtOrTrunc(size, unit_.word);
  add(builder,
      builder.CreateAdd(builder.CreateMul(bytes, ConstantInt::get(unit_.word, charge.perByte)),
                        ConstantInt::get(unit_.word, charge.fixed)));
}

void WorkCounter::countBlock(BasicBlock& block) {
  SmallVector<CallBase*, 8> seen, charged;
  for (auto& instruction : block)
    if (auto* const call = dyn_cast<CallBase>(&instruction)) {
      if (chargeOf(*call))
        charged.push_back(call);
      else if (not isUnseen(*call))
        seen.push_back(call);
    }
  for (auto* const call : charged)
    chargeCall(*call);
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

/* ---- loops counted at once ---- */

void WorkCounter::foldLoops(Function& function, FunctionAnalysisManager& analyses) {
  auto& loops = analyses.getResult<LoopAnalysis>(function);
  auto& evolution = analyses.getResult<ScalarEvolutionAnalysis>(function);
  auto& frequencies = analyses.getResult<BlockFrequencyAnalysis>(function);
  auto const& target = analyses.getResult<TargetIRAnalysis>(function);
  SCEVExpander expander(evolution, unit_.module.getDataLayout(), "simterpose.trips");
  for (auto* const loop : loops.getLoopsInPreorder()) {
    auto* const before = loop->getLoopPreheader();
    if (not loop->getSubLoops().empty() || not before || hasCalls(*loop))
      continue;
    auto const* const trips = evolution.getBackedgeTakenCount(loop);
    if (isa<SCEVCouldNotCompute>(trips) || not trips->getType()->isIntegerTy() ||
        not canExpand(expander, trips, evolution) ||
        expander.isHighCostExpansion(trips, loop, 4, &target, before->getTerminator()))
      continue;
    auto const header = double(frequencies.getBlockFreq(loop->getHeader()).getFrequency());
    double cost = 0;
    for (auto* const block : loop->blocks()) {
      cost += double(costs_.lookup(block)) *
              double(frequencies.getBlockFreq(block).getFrequency()) / std::max(header, 1.0);
      costs_[block] = 0;
    }
    auto* const count = expander.expandCodeFor(trips, trips->getType(), before->getTerminator());
    IRBuilder<> builder(before->getTerminator());
    auto* const rounds = builder.CreateAdd(builder.CreateZExtOrTrunc(count, unit_.word),
                                           ConstantInt::get(unit_.word, 1));
    add(builder, builder.CreateMul(rounds, ConstantInt::get(unit_.word, uint64_t(cost))));
  }
}

WorkCounter::WorkCounter(Unit& unit, Function& function, FunctionAnalysisManager& analyses)
    : unit_(unit), function_(function), total_(workOf(unit)) {
  if (not counts)
    return;
  costs_ = costsOf(function, analyses.getResult<TargetIRAnalysis>(function),
                   analyses.getResult<LoopAnalysis>(function));
  auto& entry = function.getEntryBlock();
  IRBuilder<> builder(&entry, entry.begin());
  count_ = builder.CreateAlloca(unit.word, nullptr, "simterpose.count");
  begin_ = builder.CreateStore(ConstantInt::get(unit.word, 0), count_)->getNextNode();
  foldLoops(function, analyses);
  for (auto& block : function)
    countBlock(block);
}

void WorkCounter::finish() {
  if (not count_)
    return;
  DominatorTree dominators(function_);
  PromoteMemToReg({count_}, dominators);
}

} // namespace stp
