/* One translation unit under instrumentation: the variables and records that the parts of the
 * plugin share. include/simterpose/module.h is the contract they fill. */
#ifndef STP_PLUGIN_UNIT_H
#define STP_PLUGIN_UNIT_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace stp {

class Unit {
public:
  explicit Unit(llvm::Module& module);

  llvm::Module& module;
  llvm::LLVMContext& context;
  llvm::PointerType* const pointer;  // to bytes
  llvm::IntegerType* const word;     // 64 bits
  llvm::GlobalVariable* const delta; // of state, hidden, one per linked module
  llvm::GlobalVariable* const tlsDelta;

  /* A variable of ours: `name` after "simterpose.", one per linked module (linkonce_odr, hidden, in
   * a comdat of its own or in `with`'s). */
  llvm::GlobalVariable* shared(llvm::Twine const& name, llvm::Constant* value, bool constant,
                               llvm::GlobalObject* with = nullptr);

  /* A record in a gathered section: kept by the linker, in the comdat of `with` if that has one. */
  void record(llvm::StringRef section, llvm::ArrayRef<llvm::Constant*> fields,
              llvm::GlobalObject* with, llvm::Twine const& name);

  llvm::Constant* text(llvm::StringRef characters); // a pointer to a C string
  llvm::Constant* toPointer(llvm::Constant* value); // cast to `pointer`

  /* Whether a global was made by the plugin. */
  static bool isOurs(llvm::GlobalValue const& value);

private:
  llvm::SmallVector<llvm::GlobalValue*, 16> kept_;
  friend void emitDescriptor(Unit&);
};

/* The parts, in the order in which they are run. */
void redirectCalls(Unit& unit);     // calls.cpp
void deferInitialisers(Unit& unit); // inits.cpp
void displaceState(Unit& unit);     // state.cpp
void emitDescriptor(Unit& unit);    // records.cpp: last

} // namespace stp

#endif
