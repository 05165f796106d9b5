/* Judges loops by what can end them. The values that decide whether the loop goes on are traced
 * back through one iteration, to
 *
 *   memory that others may change    a volatile or atomic access, or one that this loop never
 * writes its own state                    something that the iteration before has left what cannot
 * be seen through      the result of a call, assembly
 *
 * A loop that only the first can end, and that changes nothing itself, spins: running it again
 * cannot help until somebody else has run. */
#include "loops.h"

#include "llvm_compat.h"
#include "observers.h"
#include "values.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"

using namespace llvm;

namespace stp {

namespace {

/* Iterations between two polls. */
enum : unsigned { PERIOD_SPINNING = 64, PERIOD_LONG_BODY = 1024, PERIOD_SHORT_BODY = 4096 };

/* Instructions of a loop whose local variables are looked through. */
enum : unsigned { LARGE_LOOP = 1000 };

/* A loop that never goes round more often needs no poll. */
enum : unsigned { SHORT_LOOP = 64 };

class Judge {
public:
  Judge(Loop& loop, AAResults& aliases, ScalarEvolution& evolution)
      : loop_(loop), aliases_(aliases), evolution_(evolution) {}

  /* Whether the loop is to poll; then fills `found`. */
  bool judge(PollingLoop& found);

private:
  void survey();
  void surveyCall(CallBase& call);
  void traceExits();
  void trace(Value* value);
  void traceAtomic(AtomicRMWInst& change);
  void traceCall(CallBase const& call);
  bool traceVariable(LoadInst& load);
  bool isIdle(Instruction const& store) const;
  bool isSame(Value* value) const;
  bool isFinal(BasicBlock* block) const;
  bool isCarried(Instruction const& instruction) const;
  bool changes(Instruction const& access) const;
  bool isShort() const;
  bool isCoarse() const;
  bool isCounted() const;
  unsigned kind();

  Loop& loop_;
  AAResults& aliases_;
  ScalarEvolution& evolution_;

  /* What the loop does. */
  SmallVector<Instruction*, 16> stores_;
  unsigned size_ = 0;         // instructions
  bool calls_ = false;        // functions that may do anything
  bool asynchronous_ = false; // volatile or atomic accesses

  /* What the exits depend on. */
  SmallPtrSet<Instruction*, 32> traced_;
  SmallVector<Instruction*, 8> reads_; // of memory
  bool merges_ = false;                // of branches inside
  bool observes_ = false;              // by calls
  bool others_ = false, own_ = false, opaque_ = false;
  bool final_ = false; // an exit ends the program
};

/* ---- what the loop does ---- */

bool isBenign(InlineAsm const& assembly) {
  auto const text = asmText(&assembly);
  auto const instruction = StringRef(text).trim(" \t\n;");
  for (StringRef known : {"", "pause", "rep; nop", "rep;nop", "rep nop", "nop", "mfence", "lfence"})
    if (instruction == known)
      return true;
  return false;
}

void Judge::surveyCall(CallBase& call) {
  if (auto const* const assembly = dyn_cast<InlineAsm>(call.getCalledOperand())) {
    if (not isBenign(*assembly) || not call.getType()->isVoidTy())
      calls_ = true;
  } else if (auto const* const intrinsic = dyn_cast<IntrinsicInst>(&call)) {
    if (intrinsic->mayWriteToMemory() && not isHarmless(*intrinsic))
      stores_.push_back(&call);
  } else {
    auto const observer = observerOf(call);
    calls_ |= observer == Observer::No;
    asynchronous_ |= observer == Observer::Others;
  }
}

void Judge::survey() {
  for (auto* const block : loop_.blocks())
    for (auto& instruction : *block) {
      size_++;
      asynchronous_ |= instruction.isVolatile() || instruction.isAtomic();
      if (auto* const call = dyn_cast<CallBase>(&instruction))
        surveyCall(*call);
      else if (instruction.mayWriteToMemory() && not isa<FenceInst>(instruction) &&
               not(isa<LoadInst>(instruction)))
        stores_.push_back(&instruction);
    }
}

/* ---- what can end it ---- */

bool Judge::isCarried(Instruction const& instruction) const {
  return isa<PHINode>(instruction) && instruction.getParent() == loop_.getHeader();
}

/* Whether a value is the same in each iteration. */
bool Judge::isSame(Value* value) const {
  if (loop_.isLoopInvariant(value))
    return true;
  if (auto* const cast = dyn_cast<CastInst>(value))
    return isSame(cast->getOperand(0));
  auto* const load = dyn_cast<LoadInst>(value);
  auto* const stored = load ? storedBefore(*load) : nullptr;
  return stored && isSame(stored);
}

/* Operations that change nothing when done again. */
void Judge::traceAtomic(AtomicRMWInst& change) {
  switch (change.getOperation()) {
  case AtomicRMWInst::Xchg:
  case AtomicRMWInst::And:
  case AtomicRMWInst::Or:
  case AtomicRMWInst::Max:
  case AtomicRMWInst::Min:
  case AtomicRMWInst::UMax:
  case AtomicRMWInst::UMin:
    own_ |= not isSame(change.getValOperand());
    break;
  default:
    own_ = true;
  }
}

void Judge::traceCall(CallBase const& call) {
  if (call.doesNotAccessMemory())
    return;
  auto const observer = observerOf(call);
  opaque_ |= observer == Observer::No;
  others_ |= observer == Observer::Others;
  observes_ = true;
}

/* Without optimisation values pass through local variables. */
bool Judge::traceVariable(LoadInst& load) {
  if (auto* const stored = storedBefore(load)) {
    trace(stored);
    return true;
  }
  SmallVector<Value*, 4> values;
  if (size_ > LARGE_LOOP || not storedInLoop(load, loop_, values))
    return false;
  merges_ = true;
  own_ |= feedsItself(load, loop_);
  for (auto* const value : values)
    trace(value);
  return true;
}

void Judge::trace(Value* value) {
  auto* const instruction = dyn_cast<Instruction>(value);
  if (own_ || not instruction || not loop_.contains(instruction) ||
      not traced_.insert(instruction).second)
    return;
  if (auto* const phi = dyn_cast<PHINode>(instruction)) {
    merges_ |= not isCarried(*phi);
    own_ |= isCarried(*phi) && feedsItself(*phi, loop_);
  } else if (auto* const load = dyn_cast<LoadInst>(instruction)) {
    if (traceVariable(*load))
      return;
    reads_.push_back(instruction);
  } else if (isa<AtomicCmpXchgInst>(instruction)) {
    reads_.push_back(instruction);
    return trace(instruction->getOperand(0));
  } else if (auto* const change = dyn_cast<AtomicRMWInst>(instruction)) {
    reads_.push_back(instruction);
    traceAtomic(*change);
    return trace(instruction->getOperand(0));
  } else if (auto const* const call = dyn_cast<CallBase>(instruction)) {
    traceCall(*call);
  } else if (instruction->mayReadOrWriteMemory()) {
    opaque_ = true;
  }
  for (auto& operand : instruction->operands())
    trace(operand);
}

/* Whether a block leaves the loop only to end the program. */
bool Judge::isFinal(BasicBlock* block) const {
  return all_of(successors(block), [this](BasicBlock* next) {
    return loop_.contains(next) || isa<UnreachableInst>(next->getTerminator());
  });
}

/* What a terminator decides by is among its operands; a label is no instruction. */
void Judge::traceExits() {
  SmallVector<BasicBlock*, 8> exiting;
  loop_.getExitingBlocks(exiting);
  auto const isFinalBlock = [this](BasicBlock* block) { return isFinal(block); };
  final_ = any_of(exiting, isFinalBlock);
  bool const allFinal = all_of(exiting, isFinalBlock); // then that is what it is for
  for (auto* const block : exiting) {
    auto* const terminator = block->getTerminator();
    if (isFinal(block) && not allFinal)
      continue;
    if (isa<BranchInst>(terminator) || isa<SwitchInst>(terminator))
      trace(terminator->getOperand(0));
    else
      opaque_ = true;
  }
  if (merges_)
    for (auto* const block : loop_.blocks())
      for (auto& operand : block->getTerminator()->operands())
        trace(operand);
  if (observes_) // what is read is not known
    own_ |= any_of(stores_, [this](Instruction* store) { return not isIdle(*store); });
  for (auto const* const read : reads_) {
    others_ |= read->isVolatile() || read->isAtomic();
    own_ |= changes(*read);
  }
}

/* A store that nobody else sees, or that is done again without effect. */
bool Judge::isIdle(Instruction const& store) const {
  auto const* const plain = dyn_cast<StoreInst>(&store);
  return traced_.count(&store) || (plain && isLocal(plain->getPointerOperand()));
}

/* Whether the loop itself may change what an instruction reads. */
bool Judge::changes(Instruction const& access) const {
  auto const place = MemoryLocation::get(&access);
  auto const mayChange = [&](Instruction* store) {
    auto const target = MemoryLocation::getOrNone(store);
    return target ? not aliases_.isNoAlias(*target, place)
                  : isModSet(aliases_.getModRefInfo(store, place));
  };
  return any_of(stores_,
                [&](Instruction* store) { return not traced_.count(store) && mayChange(store); });
}

/* ---- judgement ---- */

bool Judge::isShort() const {
  auto const* const most =
      dyn_cast<SCEVConstant>(evolution_.getConstantMaxBackedgeTakenCount(&loop_));
  return most && most->getAPInt().ult(SHORT_LOOP);
}

bool Judge::isCounted() const {
  return not isa<SCEVCouldNotCompute>(evolution_.getSymbolicMaxBackedgeTakenCount(&loop_));
}

unsigned Judge::kind() {
  if (not calls_ && not own_ && not opaque_ && not final_ &&
      all_of(stores_, [this](Instruction* store) { return isIdle(*store); }))
    return SIMTERPOSE_POLL_SPINNING;
  if (not own_ && (others_ || loop_.hasNoExitBlocks()))
    return SIMTERPOSE_POLL_WAITING;
  return SIMTERPOSE_POLL_COMPUTING;
}

/* Whether a loop that ends by its own doing is worth a poll: the outermost of its function, and
 * each iteration may be long. */
bool Judge::isCoarse() const { return loop_.isOutermost() && not loop_.isInnermost(); }

bool Judge::judge(PollingLoop& found) {
  survey();
  bool const isSmall = loop_.isInnermost() && not calls_;
  if (isSmall && (isShort() || (isCounted() && not asynchronous_)))
    return false; // ends soon, or is too hot to be touched
  traceExits();
  if (own_ && not isCoarse())
    return false;
  found.header = loop_.getHeader();
  found.kind = kind();
  found.period = found.kind == SIMTERPOSE_POLL_SPINNING               ? PERIOD_SPINNING
                 : isSmall && found.kind == SIMTERPOSE_POLL_COMPUTING ? PERIOD_SHORT_BODY
                                                                      : PERIOD_LONG_BODY;
  return true;
}

} // namespace

SmallVector<PollingLoop, 8> findPollingLoops(Function& function,
                                             FunctionAnalysisManager& analyses) {
  SmallVector<PollingLoop, 8> found;
  auto& loops = analyses.getResult<LoopAnalysis>(function);
  if (loops.empty())
    return found;
  auto& aliases = analyses.getResult<AAManager>(function);
  auto& evolution = analyses.getResult<ScalarEvolutionAnalysis>(function);
  for (auto* const loop : loops.getLoopsInPreorder()) {
    PollingLoop polling;
    if (Judge(*loop, aliases, evolution).judge(polling))
      found.push_back(polling);
  }
  return found;
}

} // namespace stp
