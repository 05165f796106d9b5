/* The processor's random numbers (rdrand, rdseed): under emulation the program draws those of its
 * process, by getrandom. */
#include "cycles.h"
#include "llvm_compat.h"
#include "sites.h"
#include "unit.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsX86.h"

using namespace llvm;

namespace stp {

static bool isDraw(CallInst const& call) {
  switch (call.getIntrinsicID()) {
  case Intrinsic::x86_rdrand_16:
  case Intrinsic::x86_rdrand_32:
  case Intrinsic::x86_rdrand_64:
  case Intrinsic::x86_rdseed_16:
  case Intrinsic::x86_rdseed_32:
  case Intrinsic::x86_rdseed_64:
    return true;
  default:
    return false;
  }
}

/* { number, 1 }: it never fails. */
static Value* drawn(Unit& unit, IRBuilder<>& builder, CallInst& call) {
  auto* const type = cast<StructType>(call.getType());
  auto* const integer = Type::getInt32Ty(unit.context);
  auto const getrandom =
      unit.module.getOrInsertFunction("getrandom", unit.word, unit.pointer, unit.word, integer);
  auto& entry = call.getFunction()->getEntryBlock();
  auto* const place = IRBuilder<>(&entry, entry.begin()).CreateAlloca(unit.word);
  builder.CreateCall(getrandom, {builder.CreateBitCast(place, unit.pointer),
                                 ConstantInt::get(unit.word, 8), ConstantInt::get(integer, 0)});
  auto* const number =
      builder.CreateTrunc(builder.CreateLoad(unit.word, place), type->getElementType(0));
  return builder.CreateInsertValue(builder.CreateInsertValue(UndefValue::get(type), number, 0),
                                   ConstantInt::get(type->getElementType(1), 1), 1);
}

void virtualiseEntropy(Unit& unit) {
  SmallVector<CallInst*, 8> draws;
  for (auto& function : unit.module)
    for (auto& instruction : instructions(function)) {
      auto* const call = dyn_cast<CallInst>(&instruction);
      if (not call)
        continue;
      auto const* const assembly = dyn_cast<InlineAsm>(call->getCalledOperand());
      if (isDraw(*call))
        draws.push_back(call);
      else if (assembly && drawsRandom(asmText(assembly)))
        warnAssembly(*call, "this assembly takes random numbers from the processor, which differ "
                            "from run to run; _rdrand64_step() gives those of the emulated "
                            "process [simterpose-asm]");
    }
  for (auto* const call : draws)
    emulateInstead(unit, call,
                   [&](IRBuilder<>& builder, Value*) { return drawn(unit, builder, *call); });
}

} // namespace stp
