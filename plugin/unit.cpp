/* How variables and records of ours are made. */
#include "unit.h"

#include "llvm_compat.h"

using namespace llvm;

namespace stp {

Unit::Unit(Module& m)
    : module(m), context(m.getContext()), pointer(pointerType(context)),
      word(Type::getInt64Ty(context)), delta(shared("delta", ConstantInt::get(word, 0), false)),
      tlsDelta(shared("tls_delta", ConstantInt::get(word, 0), false)) {}

bool Unit::isOurs(GlobalValue const& value) { return startsWith(value.getName(), "simterpose."); }

GlobalVariable* Unit::shared(Twine const& name, Constant* value, bool constant) {
  std::string const full = ("simterpose." + name).str();
  if (auto* const made = module.getNamedGlobal(full))
    return made;
  auto* const variable = new GlobalVariable(module, value->getType(), constant,
                                            GlobalValue::LinkOnceODRLinkage, value, full);
  variable->setVisibility(GlobalValue::HiddenVisibility);
  variable->setDSOLocal(true);
  variable->setComdat(module.getOrInsertComdat(full));
  variable->setAlignment(Align(8));
  variable->setExternallyInitialized(not constant); // the runtime writes it
  return variable;
}

void Unit::record(StringRef section, ArrayRef<Constant*> fields, GlobalObject* with) {
  auto* const value = ConstantStruct::getAnon(context, fields);
  auto* const variable = new GlobalVariable(
      module, value->getType(), true, GlobalValue::PrivateLinkage, value, "simterpose.record");
  variable->setSection(section);
  variable->setAlignment(Align(8));
  if (with && with->getComdat())
    variable->setComdat(with->getComdat());
  keep(variable);
}

GlobalVariable* Unit::optional(StringRef symbol, GlobalValue::VisibilityTypes visibility) {
  if (auto* const known = module.getNamedGlobal(symbol))
    return known;
  auto* const variable = new GlobalVariable(module, Type::getInt8Ty(context), true,
                                            GlobalValue::ExternalWeakLinkage, nullptr, symbol);
  variable->setVisibility(visibility);
  return variable;
}

Constant* Unit::toPointer(Constant* value) {
  return ConstantExpr::getPointerBitCastOrAddrSpaceCast(value, pointer);
}

Constant* Unit::text(StringRef characters) {
  auto* const value = ConstantDataArray::getString(context, characters);
  auto* const variable = new GlobalVariable(module, value->getType(), true,
                                            GlobalValue::PrivateLinkage, value, "simterpose.text");
  variable->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  variable->setAlignment(Align(1));
  return toPointer(variable);
}

} // namespace stp
