/* Instructions that read what is the processor's own: under emulation the program calls the runtime
 * instead. */
#ifndef STP_PLUGIN_CYCLES_H
#define STP_PLUGIN_CYCLES_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/IRBuilder.h"

namespace stp {

class Unit;

/* The variable through which programs read the counter of cycles of their virtual host; null
 * natively. */
llvm::GlobalVariable* cyclesOf(Unit& unit);

/* Under emulation the value of `call` is what `make` builds, given what is loaded from cyclesOf. */
void emulateInstead(
    Unit& unit, llvm::CallInst* call,
    llvm::function_ref<llvm::Value*(llvm::IRBuilder<>& builder, llvm::Value* cycles)> make);

} // namespace stp

#endif
