/* Initialisers and finalisers: natively they run as always; under emulation (the runtime's symbol
 * SIMTERPOSE_PRESENCE is there) they do nothing at load and are listed for the runtime, which runs
 * them once per virtual process. */
#include "unit.h"

#include "simterpose/module.h"

#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace stp {

/* void wrapper(argc, argv, envp) { if (!presence) function(argc, argv, envp); } */
static Function* wrap(Unit& unit, Constant* function, GlobalObject* key) {
  auto* const i32 = Type::getInt32Ty(unit.context);
  auto* const type =
      FunctionType::get(Type::getVoidTy(unit.context), {i32, unit.pointer, unit.pointer}, false);
  auto* const wrapper = Function::Create(
      type, GlobalValue::InternalLinkage,
      "simterpose.native." + function->stripPointerCasts()->getName(), unit.module);
  if (key)
    wrapper->setComdat(key->getComdat());
  auto* const entry = BasicBlock::Create(unit.context, "", wrapper);
  auto* const run = BasicBlock::Create(unit.context, "native", wrapper);
  auto* const done = BasicBlock::Create(unit.context, "done", wrapper);
  IRBuilder<> builder(entry);
  auto* const presence = unit.optional(SIMTERPOSE_PRESENCE, GlobalValue::DefaultVisibility);
  builder.CreateCondBr(builder.CreateIsNull(presence), run, done);
  builder.SetInsertPoint(run);
  auto* const callee = ConstantExpr::getBitCast(function, type->getPointerTo());
  builder.CreateCall(type, callee, {wrapper->getArg(0), wrapper->getArg(1), wrapper->getArg(2)});
  builder.CreateBr(done);
  builder.SetInsertPoint(done);
  builder.CreateRetVoid();
  return wrapper;
}

static void defer(Unit& unit, StringRef listName, StringRef section) {
  auto* const list = unit.module.getNamedGlobal(listName);
  auto* const entries =
      list && list->hasInitializer() ? dyn_cast<ConstantArray>(list->getInitializer()) : nullptr;
  if (not entries)
    return;
  SmallVector<Constant*, 8> wrapped;
  for (auto& entry : entries->operands()) {
    auto* const fields = cast<ConstantStruct>(entry);
    auto* const priority = cast<ConstantInt>(fields->getOperand(0));
    auto* const function = fields->getOperand(1);
    /* The third field says whose comdat the entry lives and dies with. */
    auto* const key = dyn_cast<GlobalObject>(fields->getOperand(2)->stripPointerCasts());
    if (function->isNullValue() || (key && key->isDeclarationForLinker()))
      continue;
    auto* const wrapper = wrap(unit, function, key);
    unit.record(section,
                {unit.toPointer(function), ConstantInt::get(unit.word, priority->getZExtValue())},
                key);
    wrapped.push_back(ConstantStruct::get(
        fields->getType(),
        {priority, ConstantExpr::getBitCast(wrapper, function->getType()), fields->getOperand(2)}));
  }
  auto* const type = ArrayType::get(entries->getType()->getElementType(), wrapped.size());
  auto* const replacement = new GlobalVariable(
      unit.module, type, list->isConstant(), list->getLinkage(), ConstantArray::get(type, wrapped));
  replacement->takeName(list);
  list->eraseFromParent();
}

void deferInitialisers(Unit& unit) {
  defer(unit, "llvm.global_ctors", "simterpose_inits");
  defer(unit, "llvm.global_dtors", "simterpose_finis");
}

} // namespace stp
