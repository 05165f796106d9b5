/* State: every access to a private global g becomes an access to &g + delta, where delta is what
 * the runtime (natively: nobody) sets for the running process. A global is private if it is
 * mutable, or if it is a constant whose initialiser leads to a private one; thread-locals have a
 * displacement of their own. What other units define is decided by the linker: whoever defines a
 * private global also defines a tag for it, and a unit that only declares it displaces it if the
 * tag is there. */
#include "unit.h"

#include "llvm_compat.h"
#include "names.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace stp {

namespace {

class State {
public:
  explicit State(Unit& unit) : unit_(unit) {}
  void run();

private:
  enum class Kind { Shared, Private, Declared, Data };

  Kind kindOf(GlobalValue const& value);
  bool leads(Constant const* value); // to something that is not shared
  void findPrivate();
  void tag(GlobalValue& value);

  void instrument(Function& function);
  bool mustStay(Instruction const& instruction, unsigned operand) const;
  Value* displacement(GlobalValue& value);
  Value* place(GlobalValue& value, IRBuilder<>& builder);
  Value* rebuild(Constant* value, IRBuilder<>& builder);

  Unit& unit_;
  DenseMap<Constant const*, bool> leads_;
  SmallPtrSet<GlobalVariable const*, 32> private_; // constants that turned out private
  Function* function_ = nullptr;                   // under instrumentation
  DenseMap<Value const*, Value*> displacements_;   // computed at its entry
};

GlobalVariable const* variableOf(GlobalValue const& value) {
  if (auto const* const alias = dyn_cast<GlobalAlias>(&value))
    return dyn_cast_or_null<GlobalVariable>(alias->getAliaseeObject());
  return dyn_cast<GlobalVariable>(&value);
}

/* The C++ ABI's tables: constants that lead to constants only, wherever they are defined. */
bool isAbiTable(StringRef name) {
  for (StringRef prefix : {"_ZTV", "_ZTI", "_ZTS", "_ZTT", "_ZTC"})
    if (startsWith(name, prefix))
      return true;
  return false;
}

bool isSectionBound(StringRef name) {
  return startsWith(name, "__start_") || startsWith(name, "__stop_");
}

} // namespace

State::Kind State::kindOf(GlobalValue const& value) {
  auto const* const variable = variableOf(value);
  if (not variable || Unit::isOurs(*variable) || Unit::isOurs(value) ||
      startsWith(variable->getName(), "llvm.") || variable->getAddressSpace() != 0)
    return Kind::Shared;
  if (variable->isDeclaration() || variable->hasAvailableExternallyLinkage()) {
    if (isData(variable->getName()))
      return Kind::Data;
    if (isSectionBound(variable->getName()))
      return variable->isConstant() ? Kind::Shared : Kind::Private;
    if (isAbiTable(variable->getName()) || variable->getName() == "simterpose_presence")
      return Kind::Shared;
    return Kind::Declared;
  }
  if (not variable->isConstant() || private_.count(variable))
    return Kind::Private;
  return Kind::Shared;
}

/* ---- which constants are private ---- */

bool State::leads(Constant const* value) {
  if (auto const* const global = dyn_cast<GlobalValue>(value))
    return kindOf(*global) != Kind::Shared;
  if (isa<ConstantData>(value) || isa<BlockAddress>(value))
    return false;
  auto const known = leads_.find(value);
  if (known != leads_.end())
    return known->second;
  bool found = false;
  for (auto const& operand : value->operands())
    if (auto const* const constant = dyn_cast<Constant>(operand))
      found = found || leads(constant);
  leads_[value] = found;
  return found;
}

/* To a fixed point: a constant may lead to a constant that turns out private. */
void State::findPrivate() {
  for (bool changed = true; changed;) {
    changed = false;
    leads_.clear();
    for (auto& variable : unit_.module.globals()) {
      if (variable.isDeclaration() || kindOf(variable) != Kind::Shared || Unit::isOurs(variable) ||
          startsWith(variable.getName(), "llvm.") || isAbiTable(variable.getName()))
        continue;
      if (leads(variable.getInitializer()))
        changed = private_.insert(&variable).second || changed;
    }
  }
  for (auto const* const variable : private_)
    const_cast<GlobalVariable*>(variable)->setConstant(false);
  leads_.clear();
}

void State::tag(GlobalValue& value) {
  if (value.hasLocalLinkage())
    return;
  auto* const tag = unit_.shared("tag." + value.getName(),
                                 ConstantInt::get(Type::getInt8Ty(unit_.context), 0), true);
  tag->setVisibility(value.getVisibility());
  tag->setDSOLocal(value.isDSOLocal());
  tag->setAlignment(Align(1));
}

/* ---- rewriting functions ---- */

bool State::mustStay(Instruction const& instruction, unsigned operand) const {
  if (isa<LandingPadInst>(instruction) || isThreadLocalAddress(&instruction))
    return true;
  auto const* const call = dyn_cast<CallBase>(&instruction);
  if (not call)
    return false;
  if (auto const* const intrinsic = dyn_cast<IntrinsicInst>(call))
    if (intrinsic->getIntrinsicID() == Intrinsic::eh_typeid_for)
      return true;
  if (not call->isInlineAsm() || operand >= call->arg_size())
    return false;
  /* An operand that the assembly wants as an immediate cannot be computed. */
  auto const constraints = cast<InlineAsm>(call->getCalledOperand())->ParseConstraints();
  unsigned argument = 0;
  for (auto const& constraint : constraints) {
    if (constraint.Type == InlineAsm::isOutput && not constraint.isIndirect)
      continue;
    if (constraint.Type == InlineAsm::isClobber)
      continue;
    if (argument++ == operand)
      return constraint.Codes.size() == 1 &&
             (constraint.Codes[0] == "i" || constraint.Codes[0] == "s");
  }
  return false;
}

/* The bytes to add for `value`, computed once at the function's entry. */
Value* State::displacement(GlobalValue& value) {
  auto* const variable = const_cast<GlobalVariable*>(variableOf(value));
  auto* const delta = variable->isThreadLocal() ? unit_.tlsDelta : unit_.delta;
  bool const declared = kindOf(value) == Kind::Declared;
  Value* const key = declared ? static_cast<Value*>(&value) : delta;
  auto& known = displacements_[key];
  if (known)
    return known;
  IRBuilder<> builder(&*function_->getEntryBlock().getFirstInsertionPt());
  auto* const load = builder.CreateLoad(unit_.word, delta, "simterpose.delta");
  load->setMetadata(LLVMContext::MD_invariant_load, MDNode::get(unit_.context, {}));
  if (not declared)
    return known = load;
  std::string const name = ("simterpose.tag." + value.getName()).str();
  auto* tag = unit_.module.getNamedGlobal(name);
  if (not tag) {
    tag = new GlobalVariable(unit_.module, Type::getInt8Ty(unit_.context), true,
                             GlobalValue::ExternalWeakLinkage, nullptr, name);
    tag->setVisibility(value.getVisibility());
  }
  return displacements_[key] =
             builder.CreateSelect(builder.CreateIsNull(tag), ConstantInt::get(unit_.word, 0), load);
}

/* Where `value` is for the running process. */
Value* State::place(GlobalValue& value, IRBuilder<>& builder) {
  if (kindOf(value) == Kind::Data) {
    StringRef symbol = value.getName();
    symbol.consume_front("\1");
    auto* const cell = unit_.module.getNamedGlobal(("simterpose.data." + symbol).str());
    IRBuilder<> entry(&*function_->getEntryBlock().getFirstInsertionPt());
    auto& delta = displacements_[unit_.delta];
    if (not delta) {
      auto* const load = entry.CreateLoad(unit_.word, unit_.delta, "simterpose.delta");
      load->setMetadata(LLVMContext::MD_invariant_load, MDNode::get(unit_.context, {}));
      delta = load;
    }
    auto* const address =
        builder.CreateGEP(builder.getInt8Ty(), builder.CreateBitCast(cell, unit_.pointer), delta);
    return builder.CreateLoad(value.getType(),
                              builder.CreateBitCast(address, value.getType()->getPointerTo()));
  }
  auto* const delta = displacement(value);
  auto* const address =
      builder.CreateGEP(builder.getInt8Ty(), builder.CreateBitCast(&value, unit_.pointer), delta);
  return builder.CreateBitCast(address, value.getType());
}

/* The value of a constant that leads to private globals, computed by instructions. */
Value* State::rebuild(Constant* value, IRBuilder<>& builder) {
  if (not leads(value))
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
    builder.Insert(instruction);
    return instruction;
  }
  Value* aggregate = UndefValue::get(value->getType());
  bool const vector = isa<ConstantVector>(value);
  for (unsigned i = 0; i < value->getNumOperands(); i++) {
    auto* const element = rebuild(cast<Constant>(value->getOperand(i)), builder);
    aggregate = vector ? builder.CreateInsertElement(aggregate, element, i)
                       : builder.CreateInsertValue(aggregate, element, i);
  }
  return aggregate;
}

void State::instrument(Function& function) {
  function_ = &function;
  displacements_.clear();
  SmallVector<Instruction*, 64> instructions;
  for (auto& instruction : llvm::instructions(function))
    instructions.push_back(&instruction);
  for (auto* const instruction : instructions) {
    if (isThreadLocalAddress(instruction)) {
      auto* const variable = cast<GlobalValue>(instruction->getOperand(0));
      if (kindOf(*variable) == Kind::Shared)
        continue;
      auto* const delta = displacement(*variable);
      IRBuilder<> builder(instruction->getNextNode());
      auto* const address =
          cast<Instruction>(builder.CreateGEP(builder.getInt8Ty(), instruction, delta));
      instruction->replaceUsesWithIf(address, [&](Use& use) { return use.getUser() != address; });
      continue;
    }
    for (unsigned i = 0; i < instruction->getNumOperands(); i++) {
      auto* const constant = dyn_cast<Constant>(instruction->getOperand(i));
      if (not constant || not leads(constant) || mustStay(*instruction, i))
        continue;
      auto* const phi = dyn_cast<PHINode>(instruction);
      if (not phi) {
        IRBuilder<> builder(instruction);
        instruction->setOperand(i, rebuild(constant, builder));
        continue;
      }
      /* All entries of one predecessor must agree. */
      auto* const block = phi->getIncomingBlock(i);
      IRBuilder<> builder(block->getTerminator());
      auto* const rebuilt = rebuild(constant, builder);
      for (unsigned j = i; j < phi->getNumIncomingValues(); j++)
        if (phi->getIncomingBlock(j) == block)
          phi->setIncomingValue(j, rebuilt);
    }
  }
}

void State::run() {
  findPrivate();
  SmallVector<GlobalValue*, 64> defined, data;
  for (auto& variable : unit_.module.globals()) {
    if (kindOf(variable) == Kind::Data)
      data.push_back(&variable);
    else if (kindOf(variable) == Kind::Private && not variable.isDeclaration())
      defined.push_back(&variable);
  }
  for (auto& alias : unit_.module.aliases())
    if (kindOf(alias) == Kind::Private)
      defined.push_back(&alias);
  for (auto* const value : defined)
    tag(*value);
  for (auto* const variable : data) {
    StringRef symbol = variable->getName();
    symbol.consume_front("\1");
    auto* const cell = unit_.shared("data." + symbol, variable, false);
    unit_.record("simterpose_data", {unit_.text(symbol), unit_.toPointer(cell)}, cell,
                 "data_record");
  }
  for (auto& function : unit_.module)
    if (not function.isDeclaration() && not function.hasAvailableExternallyLinkage() &&
        not function.hasFnAttribute(Attribute::Naked) && not Unit::isOurs(function))
      instrument(function);
}

void displaceState(Unit& unit) { State(unit).run(); }

} // namespace stp
