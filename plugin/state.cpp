/* State: in every function, uses of private globals become uses of the running process's copies.
 * Done after all optimisation, on the final code: an access to g is an access to g plus a
 * displacement, which is loaded once per function, where all of its uses meet and outside of loops.
 * The load carries !invariant.load: a function runs in one process only. */
#include "state.h"

#include "llvm_compat.h"
#include "privacy.h"
#include "sites.h"
#include "unit.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace stp {

namespace {

class Rewriter {
public:
  Rewriter(Unit& unit, Privacy const& privacy, Function& function)
      : unit_(unit), privacy_(privacy), function_(function) {}
  void run();

private:
  /* An operand that names private globals, and the instruction before which it is computed. */
  struct Place {
    Instruction* user;
    unsigned operand;
    Instruction* before;
  };

  void find();
  void need(Constant* value, Instruction* before);
  void needBase(GlobalValue& value, Reach reach, Instruction* before);
  Instruction* meeting(ArrayRef<Instruction*> points) const;
  void makeBases();
  Value* invariant(Type* type, Value* address, IRBuilder<>& builder);
  Value* displaced(Value* address, Value* displacement, IRBuilder<>& builder);
  Value* place(GlobalValue& value, IRBuilder<>& builder);
  Value* rebuild(Constant* value, IRBuilder<>& builder);
  void rewrite();

  Unit& unit_;
  Privacy const& privacy_;
  Function& function_;
  DominatorTree dominators_;
  LoopInfo loops_;
  SmallVector<Place, 64> places_;
  SmallVector<Instruction*, 8> threadLocals_; // calls of LLVM's intrinsic
  /* What is computed once per function: the two displacements (by their variable), and for a
   * variable reached through a cell its address, for a foreign thread-local its displacement. */
  MapVector<GlobalValue*, SmallVector<Instruction*, 8>> needed_;
  DenseMap<GlobalValue*, Value*> bases_;
};

/* Whether assembly wants its argument `argument` as an immediate. */
bool isImmediate(InlineAsm const& assembly, unsigned argument) {
  unsigned next = 0;
  for (auto const& constraint : assembly.ParseConstraints()) {
    if ((constraint.Type == InlineAsm::isOutput && not constraint.isIndirect) ||
        constraint.Type == InlineAsm::isClobber || isAsmLabel(constraint))
      continue;
    if (next++ == argument)
      return all_of(constraint.Codes, [](std::string const& code) {
        return code == "i" || code == "n" || code == "s" || code == "e" || code == "X";
      });
  }
  return false;
}

/* Whether an operand has to stay the global itself. */
bool mustStay(Instruction const& instruction, unsigned operand) {
  if (isa<LandingPadInst>(instruction) || isThreadLocalAddress(&instruction))
    return true;
  auto const* const call = dyn_cast<CallBase>(&instruction);
  if (not call)
    return false;
  if (auto const* const intrinsic = dyn_cast<IntrinsicInst>(call))
    return intrinsic->getIntrinsicID() == Intrinsic::eh_typeid_for;
  if (call->getCalledOperandUse().getOperandNo() == operand)
    return true; // an optional function; a call does not compare it with null
  if (not call->isInlineAsm() || operand >= call->arg_size() ||
      not isImmediate(*cast<InlineAsm>(call->getCalledOperand()), operand))
    return false;
  warnAssembly(*call, "this assembly names a variable that each process has for itself as an "
                      "immediate: all processes will share it here [simterpose-asm]");
  return true;
}

} // namespace

/* ---- what the function uses ---- */

void Rewriter::find() {
  for (auto& instruction : instructions(function_)) {
    if (not dominators_.isReachableFromEntry(instruction.getParent()))
      continue;
    if (isThreadLocalAddress(&instruction)) {
      auto& variable = *cast<GlobalValue>(instruction.getOperand(0));
      auto const reach = privacy_.of(variable);
      if (reach == Reach::Shared)
        continue;
      needBase(variable, reach, instruction.getNextNode());
      threadLocals_.push_back(&instruction);
      continue;
    }
    auto* const phi = dyn_cast<PHINode>(&instruction);
    for (unsigned i = 0; i < instruction.getNumOperands(); i++) {
      auto* const constant = dyn_cast<Constant>(instruction.getOperand(i));
      if (not constant || not privacy_.leads(constant) || mustStay(instruction, i))
        continue;
      auto* const before = phi ? phi->getIncomingBlock(i)->getTerminator() : &instruction;
      if (not dominators_.isReachableFromEntry(before->getParent()))
        continue;
      places_.push_back({&instruction, i, before});
      need(constant, before);
    }
  }
}

void Rewriter::need(Constant* value, Instruction* before) {
  if (not privacy_.leads(value))
    return;
  if (auto* const global = dyn_cast<GlobalValue>(value))
    return needBase(*global, privacy_.of(*global), before);
  for (auto& operand : value->operands())
    need(cast<Constant>(operand), before);
}

void Rewriter::needBase(GlobalValue& value, Reach reach, Instruction* before) {
  if (reach == Reach::Direct)
    needed_[unit_.delta].push_back(before);
  else if (reach == Reach::Thread)
    needed_[unit_.tlsDelta].push_back(before);
  else if (reach == Reach::Cell || reach == Reach::ForeignThread)
    needed_[&value].push_back(before);
}

/* ---- what is computed once ---- */

/* The latest instruction that comes before all `points` and is in no loop. */
Instruction* Rewriter::meeting(ArrayRef<Instruction*> points) const {
  auto* block = points.front()->getParent();
  for (auto* const point : points)
    block = dominators_.findNearestCommonDominator(block, point->getParent());
  while (auto* const loop = loops_.getLoopFor(block))
    block = dominators_.getNode(loop->getHeader())->getIDom()->getBlock();
  Instruction* first = block->getTerminator();
  for (auto* const point : points)
    if (point->getParent() == block && point->comesBefore(first))
      first = point;
  return first;
}

Value* Rewriter::invariant(Type* type, Value* address, IRBuilder<>& builder) {
  auto* const load = builder.CreateLoad(type, address);
  load->setMetadata(LLVMContext::MD_invariant_load, MDNode::get(unit_.context, {}));
  return load;
}

Value* Rewriter::displaced(Value* address, Value* displacement, IRBuilder<>& builder) {
  auto* const bytes = builder.CreateBitCast(address, unit_.pointer);
  auto* const moved = builder.CreateGEP(builder.getInt8Ty(), bytes, displacement);
  return builder.CreateBitCast(moved, address->getType());
}

void Rewriter::makeBases() {
  DenseMap<GlobalValue*, Instruction*> where;
  SmallVector<Instruction*, 16> cells;
  for (auto& [base, points] : needed_) {
    where[base] = meeting(points);
    if (base != unit_.tlsDelta && privacy_.of(*base) == Reach::Cell)
      cells.push_back(where[base]);
  }
  if (not cells.empty()) { // a cell is itself private
    auto& points = needed_[unit_.delta];
    points.append(cells.begin(), cells.end());
    where[unit_.delta] = meeting(points);
  }
  for (auto* const delta : {unit_.delta, unit_.tlsDelta})
    if (auto* const before = where.lookup(delta)) {
      IRBuilder<> builder(before);
      bases_[delta] = invariant(unit_.word, delta, builder);
    }
  for (auto& [base, points] : needed_) {
    if (base == unit_.delta || base == unit_.tlsDelta)
      continue;
    IRBuilder<> builder(where[base]);
    if (privacy_.of(*base) == Reach::Cell) {
      auto* const cell = displaced(cellOf(unit_, *base), bases_[unit_.delta], builder);
      bases_[base] = invariant(base->getType(), cell, builder);
    } else {
      bases_[base] = foreignDisplacement(unit_, *base, builder);
    }
  }
}

/* ---- rewriting ---- */

/* Where `value` is for the running process. */
Value* Rewriter::place(GlobalValue& value, IRBuilder<>& builder) {
  switch (privacy_.of(value)) {
  case Reach::Shared:
    return &value;
  case Reach::Direct:
    return displaced(&value, bases_[unit_.delta], builder);
  case Reach::Cell:
    return bases_[&value];
  case Reach::Thread:
    return displaced(&value, bases_[unit_.tlsDelta], builder);
  case Reach::ForeignThread:
    return displaced(&value, bases_[&value], builder);
  case Reach::OptionalCall:
    return optionalThunk(unit_, cast<Function>(value), builder);
  }
  llvm_unreachable("a way to reach a global");
}

/* The value of a constant that leads to private globals, computed by instructions. */
Value* Rewriter::rebuild(Constant* value, IRBuilder<>& builder) {
  if (not privacy_.leads(value))
    return value;
  if (auto* const global = dyn_cast<GlobalValue>(value))
    return place(*global, builder);
  if (auto* const expression = dyn_cast<ConstantExpr>(value)) {
    SmallVector<Value*, 4> operands;
    for (auto& operand : expression->operands())
      operands.push_back(rebuild(cast<Constant>(operand), builder));
    auto* const instruction = expression->getAsInstruction();
    for (unsigned i = 0; i < operands.size(); i++)
      instruction->setOperand(i, operands[i]);
    return builder.Insert(instruction);
  }
  Value* aggregate = UndefValue::get(value->getType());
  for (unsigned i = 0; i < value->getNumOperands(); i++) {
    auto* const element = rebuild(cast<Constant>(value->getOperand(i)), builder);
    aggregate = isa<ConstantVector>(value) ? builder.CreateInsertElement(aggregate, element, i)
                                           : builder.CreateInsertValue(aggregate, element, i);
  }
  return aggregate;
}

void Rewriter::rewrite() {
  for (auto* const call : threadLocals_) {
    auto& variable = *cast<GlobalValue>(call->getOperand(0));
    IRBuilder<> builder(call->getNextNode());
    auto* const base = privacy_.of(variable) == Reach::Thread
                           ? static_cast<GlobalValue*>(unit_.tlsDelta)
                           : &variable;
    /* The displacement may have been computed right after the call: go behind it. */
    if (auto* const made = dyn_cast<Instruction>(bases_[base]))
      if (made->getParent() == call->getParent() && call->comesBefore(made))
        builder.SetInsertPoint(made->getNextNode());
    auto* const address = displaced(call, bases_[base], builder);
    call->replaceUsesWithIf(address, [&](Use& use) { return use.getUser() != address; });
  }
  for (auto const& place : places_) {
    auto* const constant = dyn_cast<Constant>(place.user->getOperand(place.operand));
    if (not constant)
      continue; // another entry of the same predecessor
    IRBuilder<> builder(place.before);
    if (not isa<PHINode>(place.user))
      builder.SetCurrentDebugLocation(place.user->getDebugLoc());
    auto* const value = rebuild(constant, builder);
    place.user->setOperand(place.operand, value);
    if (auto* const phi = dyn_cast<PHINode>(place.user)) // all entries of a predecessor agree
      for (unsigned i = 0; i < phi->getNumIncomingValues(); i++)
        if (phi->getIncomingBlock(i) == phi->getIncomingBlock(place.operand))
          phi->setIncomingValue(i, value);
  }
}

void Rewriter::run() {
  dominators_.recalculate(function_);
  find();
  if (places_.empty() && threadLocals_.empty())
    return;
  loops_.analyze(dominators_);
  makeBases();
  rewrite();
}

void displaceState(Unit& unit) {
  Privacy const privacy(unit.module);
  recordDataInInitialisers(unit, privacy);
  tagThreadLocals(unit);
  for (auto& function : unit.module)
    if (not function.isDeclarationForLinker() && not function.hasFnAttribute(Attribute::Naked) &&
        not Unit::isOurs(function))
      Rewriter(unit, privacy, function).run();
}

} // namespace stp
