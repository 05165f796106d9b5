/* Cells: private pointers through which a unit reaches the variables that it does not define for
 * certain. Natively, and for variables of libc that all processes share, a cell holds what the
 * linker put there; the cell of a DATA row is recorded, and the runtime puts the process's own
 * variable there. */
#include "privacy.h"
#include "state.h"

#include "names.h"
#include "unit.h"

using namespace llvm;

namespace stp {

static void recordData(Unit& unit, StringRef symbol, Constant* place, GlobalObject* with) {
  unit.record("simterpose_data", {unit.text(symbol), unit.toPointer(place)}, with);
}

GlobalVariable* cellOf(Unit& unit, GlobalValue& variable) {
  auto const symbol = symbolOf(variable);
  std::string const name = ("cell." + symbol).str();
  if (auto* const made = unit.module.getNamedGlobal("simterpose." + name))
    return made;
  auto* const cell = unit.shared(name, &variable, false);
  if (variable.isDeclarationForLinker() && isData(symbol))
    recordData(unit, symbol, cell, cell);
  return cell;
}

/* The words of an initialiser that are the address of a DATA row. */
static void recordWords(Unit& unit, GlobalVariable& variable, Constant* value, uint64_t offset) {
  if (auto* const named = dyn_cast<GlobalVariable>(value->stripPointerCasts())) {
    if (not named->isDeclarationForLinker() || not isData(symbolOf(*named)))
      return;
    auto* const place =
        ConstantExpr::getGetElementPtr(Type::getInt8Ty(unit.context), unit.toPointer(&variable),
                                       ConstantInt::get(unit.word, offset));
    return recordData(unit, symbolOf(*named), place, &variable);
  }
  if (not isa<ConstantAggregate>(value))
    return;
  auto const& layout = unit.module.getDataLayout();
  for (unsigned i = 0; i < value->getNumOperands(); i++) {
    auto* const element = cast<Constant>(value->getOperand(i));
    auto* const structure = dyn_cast<StructType>(value->getType());
    uint64_t const inside =
        structure ? static_cast<uint64_t>(layout.getStructLayout(structure)->getElementOffset(i))
                  : i * static_cast<uint64_t>(layout.getTypeAllocSize(element->getType()));
    recordWords(unit, variable, element, offset + inside);
  }
}

void recordDataInInitialisers(Unit& unit, Privacy const& privacy) {
  SmallVector<GlobalVariable*, 32> defined;
  for (auto& variable : unit.module.globals())
    if (not variable.isDeclarationForLinker() && privacy.of(variable) != Reach::Shared &&
        not variable.isThreadLocal())
      defined.push_back(&variable);
  for (auto* const variable : defined)
    if (privacy.leads(variable->getInitializer()))
      recordWords(unit, *variable, variable->getInitializer(), 0);
}

} // namespace stp
