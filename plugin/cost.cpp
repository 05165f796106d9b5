/* Costs from LLVM's model of the target (TargetTransformInfo), as a core of today would run the
 * code: several instructions in a cycle, unless each iteration of a loop needs what the one before
 * has computed; then the chain of latencies decides. */
#include "cost.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace stp {

namespace {

/* Thousandths of a cycle for a unit of TargetTransformInfo: instructions that a core finishes in a
 * cycle, sustained, are about three. */
constexpr uint64_t UNIT = 330, CALL = 2000, UNPREDICTED = 1500;

uint64_t throughput(Instruction const& instruction, TargetTransformInfo const& target) {
  if (isa<PHINode>(instruction) || isa<AllocaInst>(instruction) ||
      instruction.isDebugOrPseudoInst())
    return 0;
  if (auto const* const call = dyn_cast<CallBase>(&instruction))
    if (not isa<IntrinsicInst>(call))
      return CALL;
  auto const cost =
      target.getInstructionCost(&instruction, TargetTransformInfo::TCK_RecipThroughput);
  if (not cost.isValid())
    return UNIT;
  return static_cast<uint64_t>(std::max<int64_t>(0, *cost.getValue())) * UNIT;
}

unsigned latencyOf(IntrinsicInst const& intrinsic) {
  switch (intrinsic.getIntrinsicID()) {
  case Intrinsic::fmuladd:
    return intrinsic.getFunction()
                   ->getFnAttribute("target-features")
                   .getValueAsString()
                   .contains("+fma")
               ? 4
               : 8; // a multiplication and an addition
  case Intrinsic::sqrt:
    return 18;
  default:
    return intrinsic.getType()->isFPOrFPVectorTy() ? 4 : 1;
  }
}

/* Cycles until a result can be used, as of current x86-64 cores (Agner Fog's tables). */
unsigned latency(Instruction const& instruction) {
  auto const* const type = instruction.getType()->getScalarType();
  switch (instruction.getOpcode()) {
  case Instruction::PHI:
  case Instruction::BitCast:
  case Instruction::Trunc:
  case Instruction::IntToPtr:
  case Instruction::PtrToInt:
    return 0;
  case Instruction::Load:
    return 5;
  case Instruction::FAdd:
  case Instruction::FSub:
  case Instruction::FMul:
    return 4;
  case Instruction::FDiv:
    return 13;
  case Instruction::Mul:
    return 3;
  case Instruction::SDiv:
  case Instruction::UDiv:
  case Instruction::SRem:
  case Instruction::URem:
    if (isa<Constant>(instruction.getOperand(1)))
      return 5;
    return type->isIntegerTy(64) ? 18 : 12;
  case Instruction::SIToFP:
  case Instruction::UIToFP:
  case Instruction::FPToSI:
  case Instruction::FPToUI:
    return 6;
  case Instruction::GetElementPtr:
    return cast<GetElementPtrInst>(instruction).hasAllConstantIndices() ? 0 : 1;
  case Instruction::Call:
    if (auto const* const intrinsic = dyn_cast<IntrinsicInst>(&instruction))
      return latencyOf(*intrinsic);
    return 1;
  default:
    return type->isFloatingPointTy() ? 4 : 1;
  }
}

/* The longest chain of latencies from the values that an iteration begins with to one that the next
 * begins with. */
class Recurrence {
public:
  explicit Recurrence(Loop const& loop) : loop_(loop) {}

  unsigned longest() {
    unsigned result = 0;
    for (auto const& phi : loop_.getHeader()->phis()) {
      start_ = &phi;
      depths_.clear();
      for (unsigned i = 0; i < phi.getNumIncomingValues(); i++)
        if (loop_.contains(phi.getIncomingBlock(i)))
          result = std::max(result, depth(phi.getIncomingValue(i)));
    }
    return result;
  }

private:
  /* From start_ up to and with the value; 0 where it does not depend on it. */
  unsigned depth(Value const* value) {
    auto const* const instruction = dyn_cast<Instruction>(value);
    if (not instruction || instruction == start_ || not loop_.contains(instruction))
      return 0;
    auto const known = depths_.insert({instruction, 0});
    if (not known.second)
      return known.first->second;
    bool depends = false;
    unsigned deepest = 0;
    for (auto const& operand : instruction->operands()) {
      auto const below = depth(operand);
      depends |= below > 0 || operand == start_;
      deepest = std::max(deepest, below);
    }
    return depths_[instruction] = depends ? deepest + std::max(1U, latency(*instruction)) : 0;
  }

  Loop const& loop_;
  PHINode const* start_ = nullptr;
  DenseMap<Instruction const*, unsigned> depths_;
};

bool isInnermost(Loop const& loop) { return loop.getSubLoops().empty(); }

/* A branch inside a loop that depends on data goes the wrong way now and then. */
bool isUnpredicted(BasicBlock const& block, Loop const* loop) {
  auto const* const branch = dyn_cast<BranchInst>(block.getTerminator());
  return loop && branch && branch->isConditional() && loop->contains(branch->getSuccessor(0)) &&
         loop->contains(branch->getSuccessor(1)) && branch->getSuccessor(0) != loop->getHeader() &&
         branch->getSuccessor(1) != loop->getHeader();
}

} // namespace

Costs costsOf(Function& function, TargetTransformInfo const& target, LoopInfo const& loops) {
  Costs costs;
  for (auto const& block : function) {
    uint64_t sum = isUnpredicted(block, loops.getLoopFor(&block)) ? UNPREDICTED : 0;
    for (auto const& instruction : block)
      sum += throughput(instruction, target);
    costs[&block] = sum;
  }
  for (auto const* const loop : loops.getLoopsInPreorder()) {
    if (not isInnermost(*loop))
      continue;
    uint64_t executed = 0;
    for (auto const* const block : loop->blocks())
      executed += costs[block];
    auto const chain = uint64_t(Recurrence(*loop).longest()) * 1000;
    if (chain > executed)
      costs[loop->getHeader()] += chain - executed;
  }
  return costs;
}

} // namespace stp
