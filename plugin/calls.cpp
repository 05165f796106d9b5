/* Calls: every use of a mediated function goes through a slot, a pointer that natively holds the
 * function's own address. A call loads the slot and calls; any other use (an address taken, a
 * table) gets a thunk that jumps through the slot. */
#include "unit.h"

#include "llvm_compat.h"
#include "names.h"
#include "warnings.h"

#include "llvm/IR/DebugInfoMetadata.h"

using namespace llvm;

namespace stp {

static GlobalVariable* slotFor(Unit& unit, Function& function, StringRef symbol) {
  auto* const slot =
      unit.shared("slot." + symbol, ConstantExpr::getBitCast(&function, function.getType()), false);
  unit.record("simterpose_slots", {unit.text(symbol), unit.toPointer(slot)}, slot,
              "record." + symbol);
  return slot;
}

/* void thunk(...) { musttail (*slot)(...); } with the function's own type. */
static Function* thunkFor(Unit& unit, Function& function, StringRef symbol, GlobalVariable* slot) {
  auto* const thunk = Function::Create(function.getFunctionType(), GlobalValue::LinkOnceODRLinkage,
                                       "simterpose.thunk." + symbol, unit.module);
  thunk->setVisibility(GlobalValue::HiddenVisibility);
  thunk->setDSOLocal(true);
  thunk->setComdat(unit.module.getOrInsertComdat(thunk->getName()));
  thunk->setCallingConv(function.getCallingConv());
  auto const attributes = function.getAttributes();
  for (unsigned i = 0; i < function.arg_size(); i++)
    thunk->addParamAttrs(i, AttrBuilder(unit.context, attributes.getParamAttrs(i)));
  thunk->addRetAttrs(AttrBuilder(unit.context, attributes.getRetAttrs()));
  IRBuilder<> builder(BasicBlock::Create(unit.context, "", thunk));
  auto* const target = builder.CreateLoad(function.getType(), slot);
  SmallVector<Value*, 8> arguments;
  for (auto& argument : thunk->args())
    arguments.push_back(&argument);
  auto* const call = builder.CreateCall(function.getFunctionType(), target, arguments);
  call->setTailCallKind(CallInst::TCK_MustTail);
  call->setCallingConv(function.getCallingConv());
  call->setAttributes(thunk->getAttributes());
  if (call->getType()->isVoidTy())
    builder.CreateRetVoid();
  else
    builder.CreateRet(call);
  return thunk;
}

/* Calls of the thunk become calls through the slot: one jump less, what a PLT entry costs. */
static void callThroughSlot(Function* thunk, Function const& function, GlobalVariable* slot) {
  SmallVector<CallBase*, 16> calls;
  SmallVector<User*, 16> users(thunk->users());
  for (size_t i = 0; i < users.size(); i++) {
    if (auto* const call = dyn_cast<CallBase>(users[i])) {
      if (call->getCalledOperand()->stripPointerCasts() == thunk)
        calls.push_back(call);
    } else if (isa<ConstantExpr>(users[i])) {
      users.append(users[i]->user_begin(), users[i]->user_end()); // a cast of it
    }
  }
  for (auto* const call : calls) {
    IRBuilder<> builder(call);
    auto* target = static_cast<Value*>(builder.CreateLoad(function.getType(), slot));
    call->setCalledOperand(builder.CreateBitCast(target, call->getCalledOperand()->getType()));
    if (function.hasFnAttribute(Attribute::ReturnsTwice))
      call->addFnAttr(Attribute::ReturnsTwice);
  }
}

static void recordSites(Unit& unit, Function const& function, Call const& row) {
  for (auto const* const user : function.users()) {
    auto const* const instruction = dyn_cast<Instruction>(user);
    if (not instruction)
      continue;
    if (auto const& location = instruction->getDebugLoc())
      addSite(row.name, location->getFilename(), location.getLine());
  }
}

static bool isMediated(Function const& function) {
  return (function.isDeclaration() || function.hasAvailableExternallyLinkage()) &&
         not function.isIntrinsic() && not function.use_empty() && findCall(function.getName());
}

void redirectCalls(Unit& unit) {
  SmallVector<Function*, 32> mediated;
  for (auto& function : unit.module)
    if (isMediated(function))
      mediated.push_back(&function);
  for (auto* const function : mediated) {
    StringRef symbol = function->getName();
    symbol.consume_front("\1");
    auto const& row = *findCall(symbol);
    if (row.refused)
      recordSites(unit, *function, row);
    auto* const slot = slotFor(unit, *function, symbol);
    auto* const thunk = thunkFor(unit, *function, symbol, slot);
    function->replaceUsesWithIf(thunk, [&](Use& use) {
      return use.getUser() != slot && not isa<GlobalAlias>(use.getUser());
    });
    callThroughSlot(thunk, *function, slot);
    if (thunk->use_empty())
      thunk->eraseFromParent();
  }
  for (auto const& site : sites())
    unit.record(
        "simterpose_sites",
        {unit.text(site.name), unit.text(site.file), ConstantInt::get(unit.word, site.line)},
        nullptr, "site");
}

} // namespace stp
