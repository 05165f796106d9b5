/* The only file that knows LLVM has versions (14 to 19). */
#ifndef STP_PLUGIN_LLVM_COMPAT_H
#define STP_PLUGIN_LLVM_COMPAT_H

#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsX86.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

namespace stp {

/* Since 15 a thread-local is used through an intrinsic, whose argument must stay the variable. */
inline bool isThreadLocalAddress(llvm::Instruction const* instruction) {
#if LLVM_VERSION_MAJOR >= 15
  auto const* const call = llvm::dyn_cast<llvm::IntrinsicInst>(instruction);
  return call && call->getIntrinsicID() == llvm::Intrinsic::threadlocal_address;
#else
  (void)instruction;
  return false;
#endif
}

/* With typed pointers (14) the type of a pointer to bytes is spelled out. */
inline llvm::PointerType* pointerType(llvm::LLVMContext& context) {
  return llvm::PointerType::get(llvm::Type::getInt8Ty(context), 0);
}

inline bool startsWith(llvm::StringRef text, llvm::StringRef prefix) {
#if LLVM_VERSION_MAJOR >= 16
  return text.starts_with(prefix);
#else
  return text.startswith(prefix);
#endif
}

/* A label of asm goto, which is not an argument. */
inline bool isAsmLabel(llvm::InlineAsm::ConstraintInfo const& constraint) {
#if LLVM_VERSION_MAJOR >= 15
  return constraint.Type == llvm::InlineAsm::isLabel;
#else
  (void)constraint;
  return false;
#endif
}

inline std::string asmText(llvm::InlineAsm const* assembly) {
#if LLVM_VERSION_MAJOR >= 15
  return std::string(assembly->getAsmString());
#else
  return assembly->getAsmString();
#endif
}

inline bool canExpand(llvm::SCEVExpander& expander, llvm::SCEV const* value,
                      llvm::ScalarEvolution& evolution) {
#if LLVM_VERSION_MAJOR >= 15
  (void)evolution;
  return expander.isSafeToExpand(value);
#else
  (void)expander;
  return llvm::isSafeToExpand(value, evolution);
#endif
}

/* Since 19 there is a counter of time besides that of cycles. */
inline bool isSteadyCounter(llvm::Intrinsic::ID intrinsic) {
#if LLVM_VERSION_MAJOR >= 19
  return intrinsic == llvm::Intrinsic::readsteadycounter;
#else
  (void)intrinsic;
  return false;
#endif
}

/* Intrinsics that are said to write memory to keep them where they are. */
inline bool isHarmless(llvm::IntrinsicInst const& intrinsic) {
  switch (intrinsic.getIntrinsicID()) {
  case llvm::Intrinsic::x86_sse2_pause:
  case llvm::Intrinsic::sideeffect:
    return true;
  default:
    return intrinsic.isLifetimeStartOrEnd() || intrinsic.isAssumeLikeIntrinsic();
  }
}

} // namespace stp

#endif
