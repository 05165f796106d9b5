/* Latencies as of current x86-64 cores (Agner Fog's tables, Zen 4 and Golden Cove), data in the
 * first-level cache. */
#include "latency.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace stp {

namespace {

unsigned latencyOf(IntrinsicInst const& intrinsic) {
  switch (intrinsic.getIntrinsicID()) {
  case Intrinsic::fmuladd:
    return intrinsic.getFunction()
                   ->getFnAttribute("target-features")
                   .getValueAsString()
                   .contains("+fma")
               ? 4
               : 6; // a multiplication and an addition
  case Intrinsic::sqrt:
    return 20;
  case Intrinsic::smax:
  case Intrinsic::smin:
  case Intrinsic::umax:
  case Intrinsic::umin:
  case Intrinsic::abs:
    return 2;
  default:
    return intrinsic.getType()->isFPOrFPVectorTy() ? 3 : 1;
  }
}

/* Whether a multiplication is made of two shifts and additions. */
bool isSimple(APInt const& factor) {
  return __builtin_popcountll(factor.getLimitedValue()) <= 2 || (factor + 1).isPowerOf2();
}

/* Cycles until a result can be used. */
unsigned latency(Instruction const& instruction) {
  auto const* const type = instruction.getType()->getScalarType();
  switch (instruction.getOpcode()) {
  case Instruction::PHI:
  case Instruction::BitCast:
  case Instruction::Trunc:
  case Instruction::ZExt:
  case Instruction::IntToPtr:
  case Instruction::PtrToInt:
  case Instruction::Freeze:
    return 0;
  case Instruction::GetElementPtr:
    /* Part of the address of a load, else an addition. */
    return instruction.hasOneUse() && isa<LoadInst>(instruction.user_back()) ? 0 : 1;
  case Instruction::Load:
    return type->isFloatingPointTy() ? 6 : 5;
  case Instruction::FAdd:
  case Instruction::FSub:
  case Instruction::FMul:
    return 3;
  case Instruction::FDiv:
    return 13;
  case Instruction::Mul: {
    auto const* const factor = dyn_cast<ConstantInt>(instruction.getOperand(1));
    return factor && isSimple(factor->getValue()) ? 2 : 3;
  }
  case Instruction::SDiv:
  case Instruction::UDiv:
  case Instruction::SRem:
  case Instruction::URem:
    if (isa<Constant>(instruction.getOperand(1)))
      return instruction.getOpcode() == Instruction::SRem ||
                     instruction.getOpcode() == Instruction::URem
                 ? 8
                 : 5;
    return type->isIntegerTy(64) ? 14 : 11;
  case Instruction::SIToFP:
  case Instruction::UIToFP:
  case Instruction::FPToSI:
  case Instruction::FPToUI:
    return 6;
  case Instruction::Call:
    if (auto const* const intrinsic = dyn_cast<IntrinsicInst>(&instruction))
      return latencyOf(*intrinsic);
    return 4;
  default:
    return type->isFloatingPointTy() ? 3 : 1;
  }
}

/* The longest chain of latencies from a value that an iteration begins with to the one that the
 * next begins with in its place. */
class Recurrence {
public:
  explicit Recurrence(Loop const& loop) : loop_(loop) {}

  uint64_t longest() {
    uint64_t result = 0;
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
  /* The addend of a fused operation, where that is done as two, is only added. */
  static uint64_t added(Instruction const& instruction, unsigned operand) {
    auto const whole = std::max<uint64_t>(1, 1000 * latency(instruction));
    auto const* const intrinsic = dyn_cast<IntrinsicInst>(&instruction);
    bool const isAddend =
        intrinsic && intrinsic->getIntrinsicID() == Intrinsic::fmuladd && operand == 2;
    return isAddend ? 3000 : whole;
  }

  /* From start_ up to and with the value; 0 where it does not depend on it. */
  uint64_t depth(Value const* value) {
    auto const* const instruction = dyn_cast<Instruction>(value);
    if (not instruction || not loop_.contains(instruction) ||
        (isa<PHINode>(instruction) && instruction->getParent() == loop_.getHeader()))
      return 0; // what the iteration begins with
    auto const known = depths_.insert({instruction, 0});
    if (not known.second)
      return known.first->second;
    uint64_t deepest = 0, sum = 0, ways = 0;
    for (auto const& operand : instruction->operands()) {
      ways++;
      auto const below = depth(operand);
      if (below == 0 && operand != start_)
        continue;
      auto const whole = below + added(*instruction, operand.getOperandNo());
      deepest = std::max(deepest, whole);
      sum += whole;
    }
    if (isa<PHINode>(instruction) && ways > 2) // of a switch: each goes another way
      deepest = sum / ways;
    return depths_[instruction] = deepest;
  }

  Loop const& loop_;
  PHINode const* start_ = nullptr;
  DenseMap<Instruction const*, uint64_t> depths_;
};

} // namespace

uint64_t recurrenceOf(Loop const& loop) { return Recurrence(loop).longest(); }

} // namespace stp
