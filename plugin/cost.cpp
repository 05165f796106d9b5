/* Costs as a core of today would run the code: several operations in a cycle (LLVM's
 * TargetTransformInfo tells of the less common ones), unless each iteration of a loop needs what
 * the one before has computed; then the chain of latencies decides. Branches are guessed by what
 * they compare; data is where the processor wants it. */
#include "cost.h"

#include "charges.h"
#include "latency.h"
#include "llvm_compat.h"

#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;

namespace stp {

namespace {

/* Operations that a core looks ahead (its reorder buffer). */
constexpr uint64_t WINDOW = 400;

/* Thousandths of a cycle. */
constexpr uint64_t OPERATION = 200; // sustained, of those that a core does several of in a cycle
constexpr uint64_t MODELLED = 110;  // LLVM's unit, of vector operations mostly
constexpr uint64_t FLOATING = 290;  // on two ports
constexpr uint64_t CALL = 2500;     // with its return and what is saved around it
constexpr uint64_t ARGUMENT = 250;  // of a call
constexpr uint64_t UNKNOWN_CALL = 10000; // of a function that this unit does not define
constexpr uint64_t INDIRECT = 1000;      // a jump through a table
constexpr uint64_t MISPREDICTED = 16000;

/* ---- instructions ---- */

/* Whether a value is what memory or a function has given, not computed from counts. */
bool isData(Value const* value, unsigned depth = 0) {
  auto const* const instruction = dyn_cast<Instruction>(value);
  if (not instruction || depth > 4)
    return false;
  if (isa<LoadInst>(instruction) ||
      (isa<CallBase>(instruction) && not isa<IntrinsicInst>(instruction)))
    return true;
  if (isa<PHINode>(instruction))
    return false;
  return any_of(instruction->operands(), [&](Use const& use) { return isData(use, depth + 1); });
}

bool isOrderOfData(Value const& condition) {
  auto const* const compare = dyn_cast<ICmpInst>(&condition);
  return compare && compare->isRelational() && isData(compare->getOperand(0)) &&
         isData(compare->getOperand(1));
}

uint64_t modelled(Instruction const& instruction, TargetTransformInfo const& target) {
  auto const cost =
      target.getInstructionCost(&instruction, TargetTransformInfo::TCK_RecipThroughput);
  return cost.isValid() ? uint64_t(std::max<int64_t>(0, *cost.getValue())) * MODELLED : OPERATION;
}

/* Registers that a value takes. */
uint64_t partsOf(Type* type, TargetTransformInfo const& target) {
  return type->isVectorTy() ? std::max(1U, target.getNumberOfParts(type)) : 1;
}

uint64_t intrinsicCost(IntrinsicInst const& intrinsic, TargetTransformInfo const& target) {
  auto const parts = partsOf(intrinsic.getType(), target);
  switch (intrinsic.getIntrinsicID()) {
  case Intrinsic::fmuladd:
  case Intrinsic::fma:
    return 2 * FLOATING * parts;
  case Intrinsic::fabs:
    return FLOATING * parts;
  case Intrinsic::sqrt:
    return 4000 * parts;
  case Intrinsic::fshl:
  case Intrinsic::fshr:
    return intrinsic.getType()->isVectorTy() ? modelled(intrinsic, target) : OPERATION;
  case Intrinsic::bswap:
    return OPERATION;
  case Intrinsic::smax:
  case Intrinsic::smin:
  case Intrinsic::umax:
  case Intrinsic::umin:
  case Intrinsic::abs:
    return 2 * OPERATION * parts;
  default:
    break;
  }
  if (auto const* const copy = dyn_cast<MemIntrinsic>(&intrinsic)) {
    auto const* const size = dyn_cast<ConstantInt>(copy->getLength());
    return size ? (size->getZExtValue() + 15) / 16 * 2 * OPERATION : 0; // else charged by size
  }
  return modelled(intrinsic, target);
}

uint64_t callCost(CallBase const& call) {
  if (call.isInlineAsm())
    return OPERATION;
  if (auto const* const charge = chargeOf(call))
    return fixedCost(*charge);
  auto const* const callee = call.getCalledFunction();
  bool const isKnown = not callee || not callee->isDeclarationForLinker();
  return (isKnown ? CALL : UNKNOWN_CALL) + ARGUMENT * call.arg_size();
}

uint64_t divisionCost(Instruction const& division, TargetTransformInfo const& target) {
  auto* const type = division.getType();
  if (type->isVectorTy())
    return modelled(division, target);
  if (auto const* const divisor = dyn_cast<ConstantInt>(division.getOperand(1)))
    return OPERATION * (divisor->getValue().isPowerOf2() ? 2 : 5);
  return type->isIntegerTy(64) ? 9000 : 6000;
}

bool isAddress(Instruction const& instruction) {
  return all_of(instruction.users(), [&](User const* user) {
    auto const* const store = dyn_cast<StoreInst>(user);
    return isa<LoadInst>(user) || (store && store->getValueOperand() != &instruction);
  });
}

bool isFoldedExtension(CastInst const& cast) {
  return isa<LoadInst>(cast.getOperand(0)) || isa<ZExtInst>(cast);
}

uint64_t costOf(Instruction const& instruction, TargetTransformInfo const& target) {
  if (isa<PHINode>(instruction) || isa<AllocaInst>(instruction) ||
      instruction.isDebugOrPseudoInst())
    return 0;
  auto* const type = instruction.getType();
  switch (instruction.getOpcode()) {
  case Instruction::Load:
    return OPERATION * partsOf(type, target);
  case Instruction::Store:
    return OPERATION * partsOf(instruction.getOperand(0)->getType(), target);
  case Instruction::GetElementPtr:
    return isAddress(instruction) ? 0 : OPERATION;
  case Instruction::FAdd:
  case Instruction::FSub:
  case Instruction::FMul:
  case Instruction::FNeg:
    return FLOATING * partsOf(type, target);
  case Instruction::FDiv:
    return 3000 * partsOf(type, target);
  case Instruction::SDiv:
  case Instruction::UDiv:
  case Instruction::SRem:
  case Instruction::URem:
    return divisionCost(instruction, target);
  case Instruction::Add:
  case Instruction::Sub:
  case Instruction::And:
  case Instruction::Or:
  case Instruction::Xor:
    return OPERATION * partsOf(type, target);
  case Instruction::Mul:
  case Instruction::Shl:
  case Instruction::LShr:
  case Instruction::AShr:
    return type->isVectorTy() ? modelled(instruction, target) : OPERATION;
  case Instruction::ICmp:
    return instruction.hasOneUse() && isa<BranchInst>(instruction.user_back())
               ? 0 // one with the branch
               : OPERATION * partsOf(instruction.getOperand(0)->getType(), target);
  case Instruction::FCmp:
    return FLOATING * partsOf(instruction.getOperand(0)->getType(), target);
  case Instruction::Select:
    if (isOrderOfData(*instruction.getOperand(0)))
      return MISPREDICTED / 3; // a branch, as likely as not
    return type->isVectorTy() || type->isFloatingPointTy() ? 3 * OPERATION * partsOf(type, target)
                                                           : OPERATION;
  case Instruction::ZExt:
  case Instruction::SExt:
    if (type->isVectorTy())
      return modelled(instruction, target);
    return isFoldedExtension(cast<CastInst>(instruction)) ? 0 : OPERATION;
  case Instruction::BitCast:
  case Instruction::Trunc:
  case Instruction::PtrToInt:
  case Instruction::IntToPtr:
  case Instruction::Freeze:
    return type->isVectorTy() ? modelled(instruction, target) : 0;
  case Instruction::SIToFP:
  case Instruction::FPToSI:
  case Instruction::FPExt:
  case Instruction::FPTrunc:
    return type->isVectorTy() ? modelled(instruction, target) : 2 * FLOATING;
  case Instruction::Br:
    return cast<BranchInst>(instruction).isConditional() ? OPERATION : 0;
  case Instruction::Switch:
    return cast<SwitchInst>(instruction).getNumCases() > 3 ? INDIRECT : 2 * OPERATION;
  case Instruction::IndirectBr:
    return INDIRECT;
  case Instruction::Ret:
  case Instruction::Unreachable:
    return 0;
  case Instruction::Call:
  case Instruction::Invoke:
  case Instruction::CallBr:
    if (auto const* const intrinsic = dyn_cast<IntrinsicInst>(&instruction))
      return intrinsicCost(*intrinsic, target);
    return callCost(cast<CallBase>(instruction));
  default:
    return modelled(instruction, target);
  }
}

/* Whether a value goes up evenly with the iterations of its loop, so that it is part of addresses,
 * or what the loop counts already. */
bool isEven(Instruction& instruction, Loop const* loop, ScalarEvolution& evolution) {
  if (not loop || not isa<BinaryOperator>(instruction) ||
      not instruction.getType()->isIntegerTy() ||
      any_of(instruction.users(), [](User const* user) { return isa<PHINode>(user); }))
    return false;
  auto const* const course = dyn_cast<SCEVAddRecExpr>(evolution.getSCEV(&instruction));
  return course && course->getLoop() == loop;
}

/* ---- branches ---- */

/* How often a branch inside of a loop goes the wrong way, in hundredths: it is judged by what it
 * compares. */
unsigned mispredictionsOf(Value const* condition) {
  auto const* const compare = dyn_cast<CmpInst>(condition);
  if (not compare)
    return isData(condition) ? 10 : 2;
  auto const *const a = compare->getOperand(0), *const b = compare->getOperand(1);
  if (not isData(a) && not isData(b))
    return isa<BinaryOperator>(a) && a->getType()->isIntegerTy() && compare->isEquality() ? 15 : 3;
  if (isa<Constant>(b)) {
    if (auto const* const operation = dyn_cast<BinaryOperator>(a))
      if (operation->getOpcode() == Instruction::And)
        return 15; // a bit
    return compare->isEquality() ? 4 : isa<CallBase>(a) ? 25 : 8;
  }
  return compare->isEquality() ? 25 : 45; // an order of data
}

uint64_t branchCost(BasicBlock const& block, Loop const* loop) {
  auto const* const branch = dyn_cast<BranchInst>(block.getTerminator());
  if (not loop || not branch || not branch->isConditional() ||
      not loop->contains(branch->getSuccessor(0)) || not loop->contains(branch->getSuccessor(1)))
    return 0;
  return mispredictionsOf(branch->getCondition()) * MISPREDICTED / 100;
}

/* How often the end of a loop is not foreseen, in hundredths, where it depends on data: on an
 * order, as in sorting; on a difference, as in searching; on a certain value, as of strings. */
unsigned surprisesOf(Loop const& loop) {
  unsigned result = 8;
  SmallVector<BasicBlock*, 4> exiting;
  loop.getExitingBlocks(exiting);
  for (auto const* const block : exiting) {
    auto const* const branch = dyn_cast<BranchInst>(block->getTerminator());
    auto const* const compare =
        branch && branch->isConditional() ? dyn_cast<ICmpInst>(branch->getCondition()) : nullptr;
    if (compare && not isa<Constant>(compare->getOperand(1)) &&
        (isData(compare->getOperand(0)) || isData(compare->getOperand(1))))
      result = std::max(result, compare->isRelational() ? 100U : 75U);
  }
  return result;
}

/* Whether a loop was made by the compiler, besides others for the same work. */
bool isPart(Loop const& loop) {
  return findOptionMDForLoop(&loop, "llvm.loop.isvectorized") ||
         findOptionMDForLoop(&loop, "llvm.loop.unroll.disable");
}

/* Of the end of a loop, once in each time that it is entered. */
uint64_t exitCost(Loop& loop, ScalarEvolution& evolution) {
  auto const* const rounds = evolution.getBackedgeTakenCount(&loop);
  if (isa<SCEVCouldNotCompute>(rounds))
    return MISPREDICTED * surprisesOf(loop) / 100;
  auto const* const outer = loop.getParentLoop();
  if (isPart(loop) || isa<SCEVConstant>(rounds) ||
      (outer && evolution.isLoopInvariant(rounds, outer)))
    return 0;
  return MISPREDICTED / 10;
}

/* Of what an iteration executes, on the average. */
uint64_t costOfRound(Loop const& loop, Costs const& costs, BlockFrequencyInfo const& frequencies) {
  double sum = 0;
  for (auto const* const block : loop.blocks())
    sum += double(costs.lookup(block)) * frequencyOf(frequencies, *block, *loop.getHeader());
  return uint64_t(sum);
}

} // namespace

double frequencyOf(BlockFrequencyInfo const& frequencies, BasicBlock const& block,
                   BasicBlock const& start) {
  auto const base = double(frequencies.getBlockFreq(&start).getFrequency());
  return double(frequencies.getBlockFreq(&block).getFrequency()) / std::max(base, 1.0);
}

Costs costsOf(Function& function, FunctionAnalysisManager& analyses, Waits& waits) {
  auto const& target = analyses.getResult<TargetIRAnalysis>(function);
  auto& loops = analyses.getResult<LoopAnalysis>(function);
  auto& evolution = analyses.getResult<ScalarEvolutionAnalysis>(function);
  Costs costs;
  for (auto& block : function) {
    auto const* const loop = loops.getLoopFor(&block);
    uint64_t sum = branchCost(block, loop);
    for (auto& instruction : block)
      sum += isEven(instruction, loop, evolution) ? 0 : costOf(instruction, target);
    costs[&block] = sum;
  }
  if (loops.empty())
    return costs;
  auto const& frequencies = analyses.getResult<BlockFrequencyAnalysis>(function);
  for (auto* const loop : loops.getLoopsInPreorder()) {
    if (auto* const before = loop->getLoopPredecessor())
      costs[before] += exitCost(*loop, evolution);
    if (not loop->isInnermost())
      continue;
    auto const chain = recurrenceOf(*loop), executed = costOfRound(*loop, costs, frequencies);
    if (chain > executed)
      waits[loop->getHeader()] = {chain - executed, chain * (WINDOW / 2) * OPERATION /
                                                        std::max<uint64_t>(executed, 1)};
  }
  return costs;
}

} // namespace stp
