/* Calls: every use of a mediated function goes through a slot, a pointer that natively holds the
 * function's own address. A call loads the slot and calls, which costs what a PLT entry costs; any
 * other use (an address taken, a table) gets a thunk that jumps through the slot. */
#include "llvm_compat.h"
#include "names.h"
#include "sites.h"
#include "state.h"
#include "unit.h"

#include "llvm/IR/DebugInfoMetadata.h"

using namespace llvm;

namespace stp {

static GlobalVariable* slotOf(Unit& unit, Function& function) {
  auto const symbol = symbolOf(function);
  std::string const name = ("slot." + symbol).str();
  if (auto* const made = unit.module.getNamedGlobal("simterpose." + name))
    return made;
  auto* const slot = unit.shared(name, &function, false);
  unit.record("simterpose_slots", {unit.text(symbol), unit.toPointer(slot)}, slot);
  return slot;
}

/* The function's own type and calling convention; a tail call that keeps all arguments in place,
 * those of "..." included. */
static Function* thunkOf(Unit& unit, Function& function) {
  std::string const name = ("simterpose.thunk." + symbolOf(function)).str();
  if (auto* const made = unit.module.getFunction(name))
    return made;
  auto* const type = function.getFunctionType();
  auto* const thunk = Function::Create(type, GlobalValue::LinkOnceODRLinkage, name, unit.module);
  thunk->setVisibility(GlobalValue::HiddenVisibility);
  thunk->setDSOLocal(true);
  thunk->setComdat(unit.module.getOrInsertComdat(name));
  thunk->setCallingConv(function.getCallingConv());
  auto const attributes = function.getAttributes();
  for (unsigned i = 0; i < function.arg_size(); i++)
    thunk->addParamAttrs(i, AttrBuilder(unit.context, attributes.getParamAttrs(i)));
  thunk->addRetAttrs(AttrBuilder(unit.context, attributes.getRetAttrs()));
  IRBuilder<> builder(BasicBlock::Create(unit.context, "", thunk));
  auto* const target = builder.CreateLoad(function.getType(), slotOf(unit, function));
  SmallVector<Value*, 8> arguments;
  for (auto& argument : thunk->args())
    arguments.push_back(&argument);
  auto* const call = builder.CreateCall(type, target, arguments);
  call->setTailCallKind(CallInst::TCK_MustTail);
  call->setCallingConv(function.getCallingConv());
  call->setAttributes(thunk->getAttributes());
  if (call->getType()->isVoidTy())
    builder.CreateRetVoid();
  else
    builder.CreateRet(call);
  return thunk;
}

Value* optionalThunk(Unit& unit, Function& function, IRBuilder<>& builder) {
  auto* const thunk = thunkOf(unit, function);
  auto* const target = builder.CreateLoad(function.getType(), slotOf(unit, function));
  return builder.CreateSelect(builder.CreateIsNull(target),
                              Constant::getNullValue(thunk->getType()), thunk);
}

static void callThroughSlot(Unit& unit, CallBase* call, Function& function) {
  IRBuilder<> builder(call);
  auto* const target = builder.CreateLoad(function.getType(), slotOf(unit, function));
  call->setCalledOperand(builder.CreateBitCast(target, call->getCalledOperand()->getType()));
  /* What the code generator asks of the function itself. */
  for (auto const kind : {Attribute::ReturnsTwice, Attribute::NoReturn})
    if (function.hasFnAttribute(kind))
      call->addFnAttr(kind);
}

/* The calls of a function, through casts of its type as well. */
static SmallVector<CallBase*, 16> callsOf(Function& function) {
  SmallVector<CallBase*, 16> calls;
  SmallVector<User*, 16> users(function.users());
  for (size_t i = 0; i < users.size(); i++) {
    if (auto* const call = dyn_cast<CallBase>(users[i])) {
      if (call->getCalledOperand()->stripPointerCasts() == &function)
        calls.push_back(call);
    } else if (isa<ConstantExpr>(users[i])) {
      users.append(users[i]->user_begin(), users[i]->user_end());
    }
  }
  return calls;
}

static void addSites(Function const& function, StringRef name) {
  for (auto const* const user : function.users())
    if (auto const* const instruction = dyn_cast<Instruction>(user))
      if (auto const& location = instruction->getDebugLoc())
        addSite(name, location->getFilename(), location.getLine());
}

static bool isMediated(Function const& function) {
  return function.isDeclarationForLinker() && not function.isIntrinsic() &&
         not function.use_empty() && findCall(symbolOf(function));
}

void redirectCalls(Unit& unit) {
  SmallVector<Function*, 32> mediated;
  for (auto& function : unit.module)
    if (isMediated(function))
      mediated.push_back(&function);
  for (auto const& function : unit.module)
    if (function.isDeclarationForLinker() && not function.use_empty() &&
        isUnknown(symbolOf(function)) && not sitesFromSource())
      addSites(function, symbolOf(function));
  for (auto* const function : mediated) {
    auto const& row = *findCall(symbolOf(*function));
    if (row.refused && not sitesFromSource())
      addSites(*function, row.name);
    for (auto* const call : callsOf(*function))
      callThroughSlot(unit, call, *function);
    function->removeDeadConstantUsers();
    auto* const slot = slotOf(unit, *function);
    auto const isOther = [slot](User const* user) {
      return user != slot && not isa<GlobalAlias>(user);
    };
    if (any_of(function->users(), isOther))
      function->replaceUsesWithIf(thunkOf(unit, *function),
                                  [&](Use& use) { return isOther(use.getUser()); });
  }
}

} // namespace stp
