/* The processor's counter of cycles (rdtsc and its like): under emulation the program reads that of
 * its virtual host. Natively there is nobody to call, and it executes the instruction. */
#include "cycles.h"

#include "llvm_compat.h"
#include "sites.h"
#include "unit.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace stp {

namespace {

/* What reads the counter into what: struct simterpose_cycles, piece by piece. */
enum class Piece { None, Count, Low, High, Processor };
using Pieces = SmallVector<Piece, 3>;

struct Reading {
  CallInst* call;
  Pieces pieces; // of the result: itself, or its fields
};

/* ---- assembly ---- */

SmallVector<std::string, 4> instructionsOf(StringRef assembly) {
  SmallVector<std::string, 4> result;
  std::string current;
  for (char const c : (assembly + "\n").str())
    if (c == '\n' || c == ';') {
      if (not current.empty())
        result.push_back(current);
      current.clear();
    } else if (not isSpace(c)) {
      current += toLower(c);
    }
  return result;
}

bool isOneOf(StringRef text, ArrayRef<StringRef> known) { return is_contained(known, text); }

/* Whether a text does nothing but read the counter; then whether it joins the halves. */
bool readsOnly(StringRef assembly, bool& joins) {
  unsigned reads = 0, joining = 0;
  for (auto const& instruction : instructionsOf(assembly))
    if (isOneOf(instruction, {"rdtsc", "rdtscp"}))
      reads++;
    else if (reads == 1 && joining == 0 &&
             isOneOf(instruction, {"shl$$32,%rdx", "shlq$$32,%rdx", "salq$$32,%rdx"}))
      joining++;
    else if (joining == 1 && isOneOf(instruction, {"or%rdx,$0", "orq%rdx,$0", "or%rdx,%rax",
                                                   "orq%rdx,%rax", "addq%rdx,%rax"}))
      joining++;
    else if (not isOneOf(instruction, {"lfence", "mfence", "sfence"}))
      return false;
  joins = joining == 2;
  return reads == 1 && joining != 1;
}

Piece pieceOf(StringRef code, bool joined) {
  if (isOneOf(code, {"{ax}", "{eax}", "{rax}"}))
    return joined ? Piece::Count : Piece::Low;
  if (isOneOf(code, {"{dx}", "{edx}", "{rdx}"}))
    return Piece::High;
  return isOneOf(code, {"{cx}", "{ecx}", "{rcx}"}) ? Piece::Processor : Piece::None;
}

/* Nothing if the assembly does something else as well, or takes or gives other values. */
Pieces piecesOf(InlineAsm const& assembly) {
  bool joined;
  if (not readsOnly(asmText(&assembly), joined))
    return {};
  Pieces pieces;
  for (auto const& constraint : assembly.ParseConstraints()) {
    if (constraint.Type == InlineAsm::isClobber)
      continue;
    if (constraint.Type != InlineAsm::isOutput || constraint.isIndirect ||
        constraint.Codes.size() != 1)
      return {};
    pieces.push_back(pieceOf(constraint.Codes[0], joined));
  }
  return is_contained(pieces, Piece::None) ? Pieces() : pieces;
}

/* ---- the counter ---- */

Type* countType(Unit& unit) { return StructType::get(unit.context, {unit.word, unit.word}); }

Pieces piecesOf(Intrinsic::ID intrinsic) {
  switch (intrinsic) {
  case Intrinsic::readcyclecounter:
  case Intrinsic::x86_rdtsc:
    return {Piece::Count};
  case Intrinsic::x86_rdtscp:
    return {Piece::Count, Piece::Processor};
  default:
    return isSteadyCounter(intrinsic) ? Pieces{Piece::Count} : Pieces{};
  }
}

Value* pieceFrom(IRBuilder<>& builder, Value* cycles, Piece piece, Type* type) {
  auto* value = builder.CreateExtractValue(cycles, piece == Piece::Processor ? 1 : 0);
  if (piece == Piece::High)
    value = builder.CreateLShr(value, 32);
  else if (piece == Piece::Low)
    value = builder.CreateAnd(value, ~uint32_t(0));
  return builder.CreateZExtOrTrunc(value, type);
}

Value* valueFrom(IRBuilder<>& builder, Value* cycles, Reading const& reading) {
  auto* const type = reading.call->getType();
  auto* const fields = dyn_cast<StructType>(type);
  if (not fields)
    return pieceFrom(builder, cycles, reading.pieces[0], type);
  Value* value = UndefValue::get(fields);
  for (unsigned i = 0; i < reading.pieces.size(); i++)
    value = builder.CreateInsertValue(
        value, pieceFrom(builder, cycles, reading.pieces[i], fields->getElementType(i)), i);
  return value;
}

Reading readingOf(CallInst& call) {
  if (auto const* const intrinsic = dyn_cast<IntrinsicInst>(&call))
    return {&call, piecesOf(intrinsic->getIntrinsicID())};
  auto const* const assembly = dyn_cast<InlineAsm>(call.getCalledOperand());
  if (not assembly || not readsCycles(asmText(assembly)))
    return {&call, {}};
  auto const pieces = piecesOf(*assembly);
  if (pieces.empty())
    warnAssembly(call, "this assembly reads the processor's own counter of cycles, not that of the "
                       "emulated host, which __rdtsc() gives [simterpose-asm]");
  return {&call, pieces};
}

FunctionType* cyclesType(Unit& unit) { return FunctionType::get(countType(unit), false); }

} // namespace

GlobalVariable* cyclesOf(Unit& unit) {
  auto* const type = cyclesType(unit)->getPointerTo();
  return unit.shared("cycles", ConstantPointerNull::get(type), false);
}

/* if (cycles) value = ...; else value = call; */
void emulateInstead(Unit& unit, CallInst* call,
                    function_ref<Value*(IRBuilder<>& builder, Value* cycles)> make) {
  IRBuilder<> builder(call);
  auto* const cycles = builder.CreateLoad(cyclesType(unit)->getPointerTo(), cyclesOf(unit));
  Instruction *real, *emulated;
  SplitBlockAndInsertIfThenElse(builder.CreateIsNull(cycles), call, &real, &emulated,
                                MDBuilder(unit.context).createBranchWeights(1 << 20, 1));
  auto* const after = call->getParent();
  builder.SetInsertPoint(emulated);
  builder.SetCurrentDebugLocation(call->getDebugLoc());
  auto* const value = make(builder, cycles);
  call->moveBefore(real);
  builder.SetInsertPoint(after, after->begin());
  auto* const merged = builder.CreatePHI(call->getType(), 2);
  call->replaceAllUsesWith(merged);
  merged->addIncoming(call, real->getParent());
  merged->addIncoming(value, emulated->getParent());
}

void virtualiseCycles(Unit& unit) {
  SmallVector<Reading, 8> readings;
  for (auto& function : unit.module)
    for (auto& instruction : instructions(function))
      if (auto* const call = dyn_cast<CallInst>(&instruction)) {
        auto reading = readingOf(*call);
        if (not reading.pieces.empty())
          readings.push_back(reading);
      }
  for (auto const& reading : readings)
    emulateInstead(unit, reading.call, [&](IRBuilder<>& builder, Value* cycles) {
      return valueFrom(builder, builder.CreateCall(cyclesType(unit), cycles), reading);
    });
}

} // namespace stp
