/* Places in the source that cannot be emulated, for `simterpose check`: found by Clang in the
 * source (warnings.cpp), or where there is no source (opt) by the debug locations of instructions.
 */
#ifndef STP_PLUGIN_SITES_H
#define STP_PLUGIN_SITES_H

#include "llvm/ADT/StringRef.h"

namespace llvm {
class CallBase;
}

namespace stp {

/* Each place is kept once. */
void addSite(llvm::StringRef name, llvm::StringRef file, unsigned line);

/* Starts the list of a unit whose source Clang is reading. */
void startSitesFromSource();
bool sitesFromSource();

/* Whether a text of assembly enters the kernel. */
bool entersKernel(llvm::StringRef assembly);

/* Whether a text of assembly reads the processor's counter of cycles. */
bool readsCycles(llvm::StringRef assembly);

/* Whether it takes random numbers from the processor. */
bool drawsRandom(llvm::StringRef assembly);

/* A warning at inline assembly, found on the code rather than in the source. */
void warnAssembly(llvm::CallBase const& call, llvm::StringRef message);
void silenceAssembly(); // -fplugin-arg-simterpose-no-warn-asm

} // namespace stp

#endif
