/* A loop that polls is counted round by round: time must pass while it goes on. */
#include "regions.h"

#include "llvm_compat.h"
#include "unit.h"

#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;

namespace stp {

/* Blocks that cost less than this (thousandths of a cycle) are counted whether they are run or not,
 * as often as the compiler guesses. */
static constexpr uint64_t SMALL = 6000;

/* Those that nearly always run are, too. */
static constexpr double ALWAYS = 0.9;

Regions::Regions(Unit& unit, Callees const& callees, Function& function,
                 ArrayRef<PollingLoop> polling, FunctionAnalysisManager& analyses, Costs& costs,
                 Waits& waits)
    : unit_(unit), callees_(callees), function_(function), analyses_(analyses),
      loops_(analyses.getResult<LoopAnalysis>(function)), costs_(costs), waits_(waits) {
  for (auto const& loop : polling)
    polling_.insert(loop.header);
}

/* ---- blocks ---- */

bool Regions::hasSeen(BasicBlock const& block) const {
  return any_of(block, [this](Instruction const& instruction) {
    auto const* const call = dyn_cast<CallBase>(&instruction);
    return call && not callees_.isUnseen(*call);
  });
}

void Regions::gather(BasicBlock& start, ArrayRef<BasicBlock*> blocks) {
  if (any_of(blocks, [this](BasicBlock* block) { return hasSeen(*block); }))
    return;
  auto const& frequencies = analyses_.getResult<BlockFrequencyAnalysis>(function_);
  double sum = 0;
  for (auto* const block : blocks) {
    auto const frequency = std::min(1.0, frequencyOf(frequencies, *block, start));
    if (block == &start || (costs_[block] > SMALL && frequency < ALWAYS))
      continue;
    sum += double(costs_[block]) * frequency;
    costs_[block] = 0;
  }
  costs_[&start] += uint64_t(sum);
}

void Regions::gather() {
  for (auto const& block : function_)
    for (auto const& instruction : block)
      if (auto const* const call = dyn_cast<CallBase>(&instruction))
        costs_[&block] += callees_.costOf(*call);
  DenseMap<Loop const*, SmallVector<BasicBlock*, 8>> regions;
  for (auto& block : function_)
    regions[loops_.getLoopFor(&block)].push_back(&block);
  gather(function_.getEntryBlock(), regions[nullptr]);
  for (auto* const loop : loops_.getLoopsInPreorder())
    gather(*loop->getHeader(), regions[loop]);
}

/* ---- loops ---- */

/* Whether all iterations are counted alike, at the header. */
bool Regions::isEven(Loop const& loop) const {
  return none_of(loop.blocks(), [&](BasicBlock* block) {
    return hasSeen(*block) || (loops_.getLoopFor(block) == &loop && block != loop.getHeader() &&
                               costs_.lookup(block) > 0);
  });
}

/* Of all iterations, as known before the first; null if it is not. */
SCEV const* Regions::costOf(Loop& loop) {
  auto& evolution = analyses_.getResult<ScalarEvolutionAnalysis>(function_);
  auto const& dominators = analyses_.getResult<DominatorTreeAnalysis>(function_);
  auto const* const again = evolution.getBackedgeTakenCount(&loop);
  auto const* const latch = loop.getLoopLatch();
  if (isa<SCEVCouldNotCompute>(again) || not again->getType()->isIntegerTy() || not latch ||
      polling_.count(loop.getHeader()) || not isEven(loop))
    return nullptr;
  auto const* round = evolution.getConstant(unit_.word, costs_.lookup(loop.getHeader()));
  SCEV const* sum = round;
  for (auto* const inner : loop.getSubLoops()) {
    auto const* const before = inner->getLoopPreheader();
    auto const* const cost =
        before && dominators.dominates(before, latch) ? costOf(*inner) : nullptr;
    if (not cost || not evolution.isLoopInvariant(cost, &loop))
      return nullptr;
    sum = evolution.getAddExpr(sum, cost);
  }
  auto const* const rounds = evolution.getAddExpr(
      evolution.getTruncateOrZeroExtend(again, unit_.word), evolution.getOne(unit_.word));
  sum = evolution.getMulExpr(rounds, sum);
  auto const wait = waits_.lookup(loop.getHeader());
  if (wait.each == 0)
    return sum;
  auto const* const waits = evolution.getMinusSCEV(
      evolution.getMulExpr(rounds, evolution.getConstant(unit_.word, wait.each)),
      evolution.getConstant(unit_.word, wait.hidden));
  return evolution.getAddExpr(sum, evolution.getSMaxExpr(waits, evolution.getZero(unit_.word)));
}

bool Regions::countBefore(Loop& loop, SCEVExpander& expander, Add add) {
  auto* const before = loop.getLoopPreheader();
  auto const* const cost = before ? costOf(loop) : nullptr;
  if (not cost)
    return false;
  auto& evolution = analyses_.getResult<ScalarEvolutionAnalysis>(function_);
  auto const& target = analyses_.getResult<TargetIRAnalysis>(function_);
  auto* const end = before->getTerminator();
  if (not canExpand(expander, cost, evolution) ||
      expander.isHighCostExpansion(cost, &loop, loop.isInnermost() ? 10 : 24, &target, end))
    return false;
  IRBuilder<> builder(end);
  add(builder, expander.expandCodeFor(cost, unit_.word, end));
  for (auto* const inner : loop.getLoopsInPreorder())
    costs_[inner->getHeader()] = waits_[inner->getHeader()].each = 0;
  return true;
}

/* The value of the header that goes up or down by a power of two in each iteration, and by how
 * much; null if there is none. */
static PHINode* findCourse(Loop& loop, ScalarEvolution& evolution, APInt& step) {
  for (auto& phi : loop.getHeader()->phis()) {
    auto* const type = phi.getType();
    if (not type->isPointerTy() && not type->isIntegerTy(64) && not type->isIntegerTy(32))
      continue;
    auto const* const course = dyn_cast<SCEVAddRecExpr>(evolution.getSCEV(&phi));
    if (not course || course->getLoop() != &loop || not course->isAffine())
      continue;
    auto const* const constant = dyn_cast<SCEVConstant>(course->getStepRecurrence(evolution));
    if (not constant || not constant->getAPInt().abs().isPowerOf2())
      continue;
    step = constant->getAPInt();
    return &phi;
  }
  return nullptr;
}

/* How often the loop has gone round, where it is left. */
static Value* roundsOf(IRBuilder<>& builder, PHINode& course, APInt const& step, BasicBlock* before,
                       Type* word) {
  auto const toNumber = [&](Value* value) {
    return value->getType()->isPointerTy() ? builder.CreatePtrToInt(value, word) : value;
  };
  auto *first = toNumber(course.getIncomingValueForBlock(before)), *last = toNumber(&course);
  if (step.isNegative())
    std::swap(first, last);
  auto* const distance = builder.CreateLShr(builder.CreateSub(last, first), step.abs().logBase2());
  return builder.CreateZExt(distance, word);
}

/* Whether the end of the loop depends on data. */
bool Regions::isSurprising(Loop const& loop) const {
  auto& evolution = analyses_.getResult<ScalarEvolutionAnalysis>(function_);
  return isa<SCEVCouldNotCompute>(evolution.getBackedgeTakenCount(&loop));
}

bool Regions::countAfter(Loop& loop, Add add) {
  enum { FEW = 3 };
  auto* const header = loop.getHeader();
  auto wait = waits_.lookup(header);
  auto cost = costs_.lookup(header);
  SmallVector<BasicBlock*, 4> exits;
  loop.getUniqueExitBlocks(exits);
  if (cost + wait.each == 0 || not loop.isInnermost() || polling_.count(header) ||
      not isEven(loop) || not loop.getLoopPredecessor() || not loop.hasDedicatedExits() ||
      exits.empty() || exits.size() > FEW || any_of(exits, [](BasicBlock* exit) {
        return exit->isEHPad() || isa<UnreachableInst>(exit->getTerminator());
      }))
    return false;
  APInt step;
  auto* const course =
      findCourse(loop, analyses_.getResult<ScalarEvolutionAnalysis>(function_), step);
  if (not course)
    return false;
  if (wait.each > 0 && isSurprising(loop)) { // nothing is hidden
    cost += wait.each;
    wait.each = 0;
  }
  for (auto* const exit : exits) {
    IRBuilder<> builder(&*exit->getFirstInsertionPt());
    auto const number = [this](uint64_t value) { return ConstantInt::get(unit_.word, value); };
    auto* const rounds = builder.CreateAdd(
        roundsOf(builder, *course, step, loop.getLoopPredecessor(), unit_.word), number(1));
    auto* const sum = builder.CreateMul(rounds, number(cost));
    if (wait.each == 0) {
      add(builder, sum);
      continue;
    }
    auto* const waits =
        builder.CreateSub(builder.CreateMul(rounds, number(wait.each)), number(wait.hidden));
    add(builder,
        builder.CreateAdd(
            sum, builder.CreateSelect(builder.CreateICmpSGT(waits, number(0)), waits, number(0))));
  }
  costs_[header] = waits_[header].each = 0;
  return true;
}

void Regions::countLoops(Add add) {
  if (loops_.empty())
    return;
  auto& evolution = analyses_.getResult<ScalarEvolutionAnalysis>(function_);
  SCEVExpander expander(evolution, unit_.module.getDataLayout(), "simterpose.trips");
  SmallVector<Loop*, 8> left(loops_.begin(), loops_.end());
  while (not left.empty()) {
    auto* const loop = left.pop_back_val();
    if (countBefore(*loop, expander, add) || countAfter(*loop, add))
      continue;
    costs_[loop->getHeader()] += waits_.lookup(loop->getHeader()).each;
    left.append(loop->begin(), loop->end());
  }
}

} // namespace stp
