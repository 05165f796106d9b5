/* Thread-locals that other units can name. No initialiser can hold the address of a thread-local,
 * so there are no cells for them: the unit that defines one also defines a tag, which points to the
 * displacement of its module, and which the linker finds wherever it finds the variable. What has
 * no tag (a thread-local of libc) is not displaced. */
#include "state.h"

#include "privacy.h"
#include "unit.h"

using namespace llvm;

namespace stp {

static std::string tagName(GlobalValue const& variable) {
  return ("simterpose.tls." + symbolOf(variable)).str();
}

static void tag(Unit& unit, GlobalValue& variable) {
  auto* const value = unit.toPointer(unit.tlsDelta);
  auto* const tag = new GlobalVariable(unit.module, value->getType(), true, variable.getLinkage(),
                                       value, tagName(variable));
  tag->setVisibility(variable.getVisibility());
  tag->setDSOLocal(variable.isDSOLocal());
  if (tag->hasCommonLinkage()) // which has no initialiser
    tag->setLinkage(GlobalValue::WeakAnyLinkage);
  if (variable.isWeakForLinker())
    tag->setComdat(unit.module.getOrInsertComdat(tag->getName()));
}

void tagThreadLocals(Unit& unit) {
  SmallVector<GlobalValue*, 8> defined;
  for (auto& variable : unit.module.globals())
    if (variable.isThreadLocal() && not variable.isDeclarationForLinker())
      defined.push_back(&variable);
  for (auto& alias : unit.module.aliases())
    if (alias.isThreadLocal())
      defined.push_back(&alias);
  for (auto* const variable : defined)
    if (not variable->hasLocalLinkage())
      tag(unit, *variable);
}

Value* foreignDisplacement(Unit& unit, GlobalValue& variable, IRBuilder<>& builder) {
  auto* tag = unit.module.getNamedGlobal(tagName(variable));
  if (not tag) {
    tag = new GlobalVariable(unit.module, unit.pointer, true, GlobalValue::ExternalWeakLinkage,
                             nullptr, tagName(variable));
    tag->setVisibility(variable.getVisibility());
  }
  auto* const zero = unit.shared("zero", ConstantInt::get(unit.word, 0), true);
  auto* const none = unit.shared("no_tag", unit.toPointer(zero), true);
  auto* const found = builder.CreateSelect(builder.CreateIsNull(tag), none, tag);
  auto* const displacement = builder.CreateLoad(unit.pointer, found);
  return builder.CreateLoad(unit.word,
                            builder.CreateBitCast(displacement, unit.tlsDelta->getType()));
}

} // namespace stp
