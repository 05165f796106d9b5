/* The records that the linker gathers, the module's descriptor and the note that leads to it. */
#include "unit.h"

#include "llvm_compat.h"
#include "simterpose/module.h"

#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace stp {

Unit::Unit(Module& m)
    : module(m), context(m.getContext()), pointer(pointerType(context)),
      word(Type::getInt64Ty(context)), delta(shared("delta", ConstantInt::get(word, 0), false)),
      tlsDelta(shared("tls_delta", ConstantInt::get(word, 0), false)) {}

bool Unit::isOurs(GlobalValue const& value) { return startsWith(value.getName(), "simterpose."); }

GlobalVariable* Unit::shared(Twine const& name, Constant* value, bool constant,
                             GlobalObject* with) {
  std::string const full = ("simterpose." + name).str();
  if (auto* const made = module.getNamedGlobal(full))
    return made;
  auto* const variable = new GlobalVariable(module, value->getType(), constant,
                                            GlobalValue::LinkOnceODRLinkage, value, full);
  variable->setVisibility(GlobalValue::HiddenVisibility);
  variable->setDSOLocal(true);
  variable->setComdat(with && with->getComdat() ? with->getComdat()
                                                : module.getOrInsertComdat(full));
  variable->setAlignment(Align(8));
  return variable;
}

void Unit::record(StringRef section, ArrayRef<Constant*> fields, GlobalObject* with,
                  Twine const& name) {
  auto* const value = ConstantStruct::getAnon(context, fields);
  auto* const variable = new GlobalVariable(
      module, value->getType(), true, GlobalValue::PrivateLinkage, value, "simterpose." + name);
  variable->setSection(section);
  variable->setAlignment(Align(8));
  if (with && with->getComdat())
    variable->setComdat(with->getComdat());
  kept_.push_back(variable);
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

/* A bound of a gathered section: null where the section is absent. */
static Constant* bound(Unit& unit, StringRef section, StringRef which) {
  auto* const symbol = new GlobalVariable(unit.module, Type::getInt8Ty(unit.context), true,
                                          GlobalValue::ExternalWeakLinkage, nullptr,
                                          ("__" + which + "_" + section).str());
  symbol->setVisibility(GlobalValue::HiddenVisibility);
  return unit.toPointer(symbol);
}

void emitDescriptor(Unit& unit) {
  Module& module = unit.module;
  SmallVector<Constant*, 20> fields;
  auto* const i32 = Type::getInt32Ty(unit.context);
  fields.push_back(ConstantInt::get(i32, SIMTERPOSE_CONTRACT));
  fields.push_back(ConstantInt::get(i32, sizeof(struct simterpose_module)));
  for (StringRef section : {"simterpose_slots", "simterpose_data", "simterpose_inits",
                            "simterpose_finis", "simterpose_sites"}) {
    fields.push_back(bound(unit, section, "start"));
    fields.push_back(bound(unit, section, "stop"));
  }
  fields.push_back(unit.toPointer(unit.delta));
  fields.push_back(unit.toPointer(unit.tlsDelta));
  fields.push_back(ConstantPointerNull::get(unit.pointer)); // work: not counted yet

  /* Weak and not hidden: in a library it must not resolve to the executable's main, but a hidden
   * symbol that is nowhere defined is what the linker turns to null. */
  Function* main = module.getFunction("main");
  if (not main)
    main = Function::Create(FunctionType::get(i32, true), GlobalValue::ExternalWeakLinkage, "main",
                            module);
  if (main->isDeclaration()) {
    main->setLinkage(GlobalValue::ExternalWeakLinkage);
    main->setVisibility(GlobalValue::HiddenVisibility);
  }
  fields.push_back(unit.toPointer(main));

  auto* const descriptor =
      unit.shared("module", ConstantStruct::getAnon(unit.context, fields), true);

  /* The note's descriptor is the distance from itself: no relocation at load, so it needs no
   * writable memory and survives whatever is done to the file. */
  enum { NAME = sizeof SIMTERPOSE_NOTE_NAME, NAME_PADDED = (NAME + 3) / 4 * 4 };
  char name[NAME_PADDED] = SIMTERPOSE_NOTE_NAME;
  auto* const nameValue =
      ConstantDataArray::getString(unit.context, StringRef(name, sizeof name), false);
  auto* const header = ArrayType::get(i32, 3);
  auto* const type = StructType::get(unit.context, {header, nameValue->getType(), unit.word}, true);
  auto* const note = unit.shared("note", Constant::getNullValue(type), true);
  auto* const here = ConstantExpr::getInBoundsGetElementPtr(
      type, note, ArrayRef<Constant*>{ConstantInt::get(i32, 0), ConstantInt::get(i32, 2)});
  auto* const distance = ConstantExpr::getSub(ConstantExpr::getPtrToInt(descriptor, unit.word),
                                              ConstantExpr::getPtrToInt(here, unit.word));
  uint32_t const sizes[3] = {NAME, 8, SIMTERPOSE_NOTE_TYPE};
  note->setInitializer(ConstantStruct::get(
      type, {ConstantDataArray::get(unit.context, sizes), nameValue, distance}));
  note->setSection(".note.simterpose");
  note->setAlignment(Align(4));
  unit.kept_.push_back(note);
  unit.kept_.push_back(descriptor);
  appendToUsed(module, unit.kept_);
}

} // namespace stp
