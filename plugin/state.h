/* What state.cpp, which rewrites functions, takes from the parts that know one kind of global. */
#ifndef STP_PLUGIN_STATE_H
#define STP_PLUGIN_STATE_H

#include "llvm/IR/IRBuilder.h"

namespace stp {

class Privacy;
class Unit;

/* data.cpp: the private pointer to a variable that this unit does not define for certain. */
llvm::GlobalVariable* cellOf(Unit& unit, llvm::GlobalValue& variable);

/* data.cpp: records the places in initialisers that hold addresses of DATA rows. */
void recordDataInInitialisers(Unit& unit, Privacy const& privacy);

/* tls.cpp: gives every thread-local that other units can name a tag, which tells them whose
 * displacement it has. */
void tagThreadLocals(Unit& unit);

/* tls.cpp: the displacement of a thread-local that another module may define. */
llvm::Value* foreignDisplacement(Unit& unit, llvm::GlobalValue& variable,
                                 llvm::IRBuilder<>& builder);

/* calls.cpp: the thunk of a mediated function, or null if the function is absent. */
llvm::Value* optionalThunk(Unit& unit, llvm::Function& function, llvm::IRBuilder<>& builder);

} // namespace stp

#endif
