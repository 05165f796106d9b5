/* Functions that only look at memory: a call of one is like a load. */
#ifndef STP_PLUGIN_OBSERVERS_H
#define STP_PLUGIN_OBSERVERS_H

namespace llvm {
class CallBase;
} // namespace llvm

namespace stp {

enum class Observer {
  No,     // may do anything
  Plain,  // reads memory
  Others, // some of it is volatile or atomic
};

/* What the function that is called does, as far as this unit knows its body. */
Observer observerOf(llvm::CallBase const& call);

} // namespace stp

#endif
