/* The module's descriptor and the ELF note that leads to it. */
#include "unit.h"

#include "cycles.h"
#include "llvm_compat.h"
#include "simterpose/module.h"
#include "work.h"

#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace stp {

/* `main`, null where the linker finds none: hidden, so that a library does not find the
 * executable's. */
static Constant* mainFunction(Unit& unit) {
  auto* main = unit.module.getFunction("main");
  if (not main)
    main = Function::Create(FunctionType::get(Type::getInt32Ty(unit.context), true),
                            GlobalValue::ExternalWeakLinkage, "main", unit.module);
  if (main->isDeclaration()) {
    main->setLinkage(GlobalValue::ExternalWeakLinkage);
    main->setVisibility(GlobalValue::HiddenVisibility);
  }
  return unit.toPointer(main);
}

static GlobalVariable* descriptorOf(Unit& unit) {
  auto* const i32 = Type::getInt32Ty(unit.context);
  SmallVector<Constant*, 20> fields;
  fields.push_back(ConstantInt::get(i32, SIMTERPOSE_CONTRACT));
  fields.push_back(ConstantInt::get(i32, sizeof(struct simterpose_module)));
  for (std::string const section : {"simterpose_slots", "simterpose_data", "simterpose_inits",
                                    "simterpose_finis", "simterpose_sites"})
    for (std::string const which : {"__start_", "__stop_"})
      fields.push_back(
          unit.toPointer(unit.optional(which + section, GlobalValue::HiddenVisibility)));
  fields.push_back(unit.toPointer(unit.delta));
  fields.push_back(unit.toPointer(unit.tlsDelta));
  fields.push_back(unit.toPointer(pollOf(unit)));
  fields.push_back(countsWork() ? unit.toPointer(workOf(unit))
                                : ConstantPointerNull::get(unit.pointer));
  fields.push_back(unit.toPointer(cyclesOf(unit)));
  fields.push_back(mainFunction(unit));
  return unit.shared("module", ConstantStruct::getAnon(unit.context, fields), true);
}

/* What follows the note's name is the distance from there to the descriptor: no relocation at load,
 * so it needs no writable memory and survives whatever is done to the file. */
static GlobalVariable* noteOf(Unit& unit, GlobalVariable* descriptor) {
  enum { NAME = sizeof SIMTERPOSE_NOTE_NAME, NAME_PADDED = (NAME + 3) / 4 * 4 };
  char const name[NAME_PADDED] = SIMTERPOSE_NOTE_NAME;
  uint32_t const sizes[3] = {NAME, sizeof(int64_t), SIMTERPOSE_NOTE_TYPE};
  auto* const nameValue =
      ConstantDataArray::getString(unit.context, StringRef(name, sizeof name), false);
  auto* const header = ConstantDataArray::get(unit.context, sizes);
  auto* const type =
      StructType::get(unit.context, {header->getType(), nameValue->getType(), unit.word}, true);
  auto* const note = unit.shared("note", Constant::getNullValue(type), true);
  auto* const i32 = Type::getInt32Ty(unit.context);
  auto* const here = ConstantExpr::getInBoundsGetElementPtr(
      type, note, ArrayRef<Constant*>{ConstantInt::get(i32, 0), ConstantInt::get(i32, 2)});
  auto* const distance = ConstantExpr::getSub(ConstantExpr::getPtrToInt(descriptor, unit.word),
                                              ConstantExpr::getPtrToInt(here, unit.word));
  note->setInitializer(ConstantStruct::get(type, {header, nameValue, distance}));
  note->setSection(".note.simterpose");
  note->setAlignment(Align(4));
  return note;
}

void emitDescriptor(Unit& unit) {
  auto* const descriptor = descriptorOf(unit);
  unit.keep(descriptor);
  unit.keep(noteOf(unit, descriptor));
  appendToUsed(unit.module, unit.kept());
}

} // namespace stp
