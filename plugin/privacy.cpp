/* A global is private if it is mutable, or if it is a constant whose initialiser leads to a private
 * one. What this unit defines for certain is reached directly. Whatever the linker may take from
 * elsewhere is reached through a cell, a private pointer: where the variable turns out to lie in
 * the mutable state of a module of the program, the runtime displaces the cell's copy, like every
 * pointer in an initialiser; where it lies elsewhere (libc, a read-only segment), it does not. */
#include "privacy.h"

#include "llvm_compat.h"
#include "names.h"
#include "simterpose/module.h"
#include "unit.h"

using namespace llvm;

namespace stp {

/* The C++ ABI's tables: constants that lead to constants only, wherever they are defined. */
static bool isAbiTable(StringRef name) {
  for (StringRef prefix : {"_ZTV", "_ZTI", "_ZTS", "_ZTT", "_ZTC"})
    if (startsWith(name, prefix))
      return true;
  return false;
}

/* Sections that become read-only once the program is loaded, whatever they contain. */
static bool isSealed(StringRef section) {
  for (StringRef prefix : {".init_array", ".fini_array", ".preinit_array", ".ctors", ".dtors",
                           ".data.rel.ro", ".note", ".eh_frame", ".gcc_except_table"})
    if (startsWith(section, prefix))
      return true;
  return false;
}

static bool isSpecial(GlobalVariable const& variable) {
  auto const name = symbolOf(variable);
  return Unit::isOurs(variable) || startsWith(name, "llvm.") || name == SIMTERPOSE_PRESENCE ||
         name == "__dso_handle" || isAbiTable(name) || isSealed(variable.getSection());
}

/* Whether the definition in this unit is the one that the program will use, or equal to it. */
static bool isCertain(GlobalValue const& value) {
  return value.isDSOLocal() && not value.isDeclarationForLinker() && not value.isInterposable();
}

Reach Privacy::ofConstant(GlobalVariable const& variable) const {
  auto const found = constants_.find(&variable);
  return found == constants_.end() ? Reach::Shared : found->second;
}

Reach Privacy::ofVariable(GlobalVariable const& variable) const {
  if (isSpecial(variable))
    return Reach::Shared;
  if (variable.isThreadLocal())
    return isCertain(variable) ? Reach::Thread : Reach::ForeignThread;
  /* Declared constant is not enough: the unit that defines it may have made it private, or
   * initialises it at run time. */
  if (variable.isDeclarationForLinker())
    return Reach::Cell;
  auto const known = constants_.find(&variable);
  if (known != constants_.end())
    return known->second;
  if (variable.isConstant())
    return Reach::Shared;
  return isCertain(variable) ? Reach::Direct : Reach::Cell;
}

Reach Privacy::of(GlobalValue const& value) const {
  if (auto const* const function = dyn_cast<Function>(&value))
    return function->hasExternalWeakLinkage() && findCall(symbolOf(*function)) ? Reach::OptionalCall
                                                                               : Reach::Shared;
  if (auto const* const variable = dyn_cast<GlobalVariable>(&value))
    return ofVariable(*variable);
  auto const* const alias = dyn_cast<GlobalAlias>(&value);
  auto const* const variable =
      alias ? dyn_cast_or_null<GlobalVariable>(alias->getAliaseeObject()) : nullptr;
  if (not variable)
    return Reach::Shared;
  auto const reach = ofVariable(*variable);
  if (reach == Reach::Shared)
    return reach;
  if (variable->isThreadLocal())
    return isCertain(*alias) ? Reach::Thread : Reach::ForeignThread;
  return isCertain(*alias) && reach == Reach::Direct ? Reach::Direct : Reach::Cell;
}

bool Privacy::leads(Constant const* value) const {
  if (auto const* const global = dyn_cast<GlobalValue>(value))
    return of(*global) != Reach::Shared;
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

/* Whether a constant contains the address of a variable that other units can name. */
bool Privacy::mentionsVariable(Constant const* value) const {
  if (auto const* const variable = dyn_cast<GlobalVariable>(value))
    return not variable->hasLocalLinkage() && not isSpecial(*variable);
  if (isa<GlobalValue>(value) || isa<ConstantData>(value) || isa<BlockAddress>(value))
    return false;
  for (auto const& operand : value->operands())
    if (auto const* const constant = dyn_cast<Constant>(operand))
      if (mentionsVariable(constant))
        return true;
  return false;
}

/* To a fixed point: a constant may lead to a constant that turns out private. */
Privacy::Privacy(Module& module) {
  for (bool changed = true; changed;) {
    changed = false;
    leads_.clear();
    for (auto& variable : module.globals()) {
      if (not variable.isConstant() || variable.isDeclarationForLinker() || isSpecial(variable) ||
          variable.isThreadLocal() || ofConstant(variable) != Reach::Shared)
        continue;
      auto const* const initialiser = variable.getInitializer();
      if (leads(initialiser)) {
        constants_[&variable] =
            isCertain(variable) && not variable.isWeakForLinker() ? Reach::Direct : Reach::Cell;
        changed = true;
      } else if (variable.isWeakForLinker() && mentionsVariable(initialiser)) {
        /* Here it is shared, but a unit that knows less of what it mentions made it private, and
         * the linker takes either. */
        constants_[&variable] = Reach::Cell;
        changed = true;
      }
    }
  }
  for (auto& variable : module.globals())
    if (ofConstant(variable) != Reach::Shared)
      variable.setConstant(not leads(variable.getInitializer()));
}

} // namespace stp
