/* Functions of libc as far as their work is known: how much it is, in thousandths of a cycle, and
 * what of their arguments and result it depends on. */
#ifndef STP_PLUGIN_CHARGES_H
#define STP_PLUGIN_CHARGES_H

#include "llvm/IR/IRBuilder.h"

namespace stp {

struct Charge;

/* How a call is charged; null for a function that is not in the table, or that the unit defines
 * itself. */
Charge const* chargeOf(llvm::CallBase const& call);

/* Whether the function calls none of the program's (a comparison, say), and is no mediated call:
 * nobody looks at the count of work meanwhile. */
bool isUnseen(Charge const& charge);

/* What each call costs in any case; whether that is all. */
uint64_t fixedCost(Charge const& charge);
bool isFixed(Charge const& charge);

/* What a call costs more than that, a value; null: nothing. The builder stands after the call. */
llvm::Value* variableCost(Charge const& charge, llvm::CallBase& call, llvm::IRBuilder<>& builder);

} // namespace stp

#endif
