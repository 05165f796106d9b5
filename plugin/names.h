/* The table of mediated calls as the plugin sees it: which symbols of libc it redirects, which
 * variables each process has for itself, and what type the compiler should know each call by. */
#ifndef STP_PLUGIN_NAMES_H
#define STP_PLUGIN_NAMES_H

#include "llvm/ADT/StringRef.h"

namespace stp {

struct Call {
  const char* name;
  bool refused;
  /* The type as a string: result, then parameters, one letter each (see names.cpp); null where it
   * is not known. */
  const char* shape;
};

/* The row of a symbol (a CALL or an ALIAS), or null. */
const Call* findCall(llvm::StringRef symbol);

/* Whether `symbol` is a function of libc that has no row and may do more than compute. */
bool isUnknown(llvm::StringRef symbol);

/* Whether `symbol` is a variable with a DATA row. */
bool isData(llvm::StringRef symbol);

} // namespace stp

#endif
