/* The variable through which programs read the counter of cycles of their virtual host. */
#ifndef STP_PLUGIN_CYCLES_H
#define STP_PLUGIN_CYCLES_H

namespace llvm {
class GlobalVariable;
}

namespace stp {

class Unit;

llvm::GlobalVariable* cyclesOf(Unit& unit);

} // namespace stp

#endif
