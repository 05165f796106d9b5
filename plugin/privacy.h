/* Which globals each process has for itself, and how a function of this unit reaches them. */
#ifndef STP_PLUGIN_PRIVACY_H
#define STP_PLUGIN_PRIVACY_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/GlobalVariable.h"

namespace llvm {
class Module;
}

namespace stp {

enum class Reach {
  Shared,        // as it is: one for all processes
  Direct,        // its address plus the module's displacement
  Cell,          // through a private pointer to it (data.cpp)
  Thread,        // a thread-local: its address plus the displacement of thread-locals
  ForeignThread, // the same, with the displacement of the module that defines it (tls.cpp)
  OptionalCall,  // a mediated function that may be absent: its thunk or null (calls.cpp)
};

class Privacy {
public:
  /* Classifies the globals of a module; makes constants that are private mutable. */
  explicit Privacy(llvm::Module& module);

  Reach of(llvm::GlobalValue const& value) const;

  /* Whether a constant contains the address of something that is not shared. */
  bool leads(llvm::Constant const* value) const;

private:
  Reach ofVariable(llvm::GlobalVariable const& variable) const;
  Reach ofConstant(llvm::GlobalVariable const& variable) const;
  bool mentionsVariable(llvm::Constant const* value) const;

  llvm::DenseMap<llvm::GlobalVariable const*, Reach> constants_; // those that are not shared
  mutable llvm::DenseMap<llvm::Constant const*, bool> leads_;
};

} // namespace stp

#endif
