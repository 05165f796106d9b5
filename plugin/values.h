/* Where the values of a loop come from, through registers and, without optimisation, through local
 * variables. */
#ifndef STP_PLUGIN_VALUES_H
#define STP_PLUGIN_VALUES_H

#include "llvm/ADT/SmallVector.h"

namespace llvm {
class Instruction;
class LoadInst;
class Loop;
class Value;
} // namespace llvm

namespace stp {

/* Whether what a pointer leads to is a variable of its function that nobody else can see. */
bool isLocal(llvm::Value const* pointer);

/* The value that a load of a local variable finds, if its own block has stored it; or null. */
llvm::Value* storedBefore(llvm::LoadInst& load);

/* Whether `load` reads a local variable that the loop stores, as a whole; then the values. */
bool storedInLoop(llvm::LoadInst& load, llvm::Loop const& loop,
                  llvm::SmallVectorImpl<llvm::Value*>& values);

/* Whether what an iteration finds here, a phi of the loop's header or a load of such a variable, is
 * computed from what the one before has found. */
bool feedsItself(llvm::Instruction& start, llvm::Loop const& loop);

} // namespace stp

#endif
