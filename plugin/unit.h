/* One translation unit under instrumentation: the variables and records that the parts of the
 * plugin share. include/simterpose/module.h is the contract they fill. */
#ifndef STP_PLUGIN_UNIT_H
#define STP_PLUGIN_UNIT_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"

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
   * a comdat of its own). */
  llvm::GlobalVariable* shared(llvm::Twine const& name, llvm::Constant* value, bool constant);

  /* A record in a gathered section: kept by the linker, in the comdat of `with` if that has one. */
  void record(llvm::StringRef section, llvm::ArrayRef<llvm::Constant*> fields,
              llvm::GlobalObject* with);

  /* Tells the linker to keep a variable that nothing refers to. */
  void keep(llvm::GlobalValue* value) { kept_.push_back(value); }
  llvm::ArrayRef<llvm::GlobalValue*> kept() const { return kept_; }

  /* A symbol that is null where it is not defined. */
  llvm::GlobalVariable* optional(llvm::StringRef symbol,
                                 llvm::GlobalValue::VisibilityTypes visibility);

  llvm::Constant* text(llvm::StringRef characters); // a pointer to a C string
  llvm::Constant* toPointer(llvm::Constant* value); // cast to `pointer`

  /* Whether a global was made by the plugin. */
  static bool isOurs(llvm::GlobalValue const& value);

private:
  llvm::SmallVector<llvm::GlobalValue*, 16> kept_;
};

/* The name of a global as the linker knows it, without LLVM's mark of an asm label. */
inline llvm::StringRef symbolOf(llvm::GlobalValue const& value) {
  auto symbol = value.getName();
  symbol.consume_front("\1");
  return symbol;
}

/* The parts, in the order in which they are run. */
void virtualiseCycles(Unit& unit);                                   // cycles.cpp
void virtualiseEntropy(Unit& unit);                                  // entropy.cpp
void watchWork(Unit& unit, llvm::FunctionAnalysisManager& analyses); // polls.cpp
void displaceState(Unit& unit);                                      // state.cpp
void redirectCalls(Unit& unit);                                      // calls.cpp
void deferInitialisers(Unit& unit);                                  // inits.cpp
void recordSites(Unit& unit);                                        // sites.cpp
void emitDescriptor(Unit& unit);                                     // note.cpp

/* polls.cpp: the variable through which loops poll; an argument of the plugin. */
llvm::GlobalVariable* pollOf(Unit& unit);
void leaveOutPolls();

} // namespace stp

#endif
