/* The table. Measured on current x86-64 cores with glibc's vector code, on data in the first-level
 * cache; whatever a function does beyond that (a search that finds nothing, a heap that asks for
 * memory) is not told apart. */
#include "charges.h"

#include "llvm_compat.h"
#include "names.h"
#include "unit.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace stp {

namespace {

/* What the work depends on. */
enum Kind {
  FIXED,    // nothing
  SIZE,     // argument a
  PRODUCT,  // arguments a and b, multiplied
  RESULT,   // the result: a number of bytes or characters
  DISTANCE, // how far after argument a the result points; argument b if it is null
  SORT,     // n log n of argument a
  SEARCH,   // log n of argument a
};

} // namespace

struct Charge {
  char const* name;
  Kind kind;
  int a, b;
  unsigned fixed, perUnit;
  bool calls; // functions of the program
};

namespace {

constexpr int NONE = -1;

constexpr Charge charges[] = {
    {"memcpy", SIZE, 2, NONE, 9000, 60, false},
    {"memmove", SIZE, 2, NONE, 9000, 60, false},
    {"mempcpy", SIZE, 2, NONE, 9000, 60, false},
    {"memset", SIZE, 2, NONE, 9000, 30, false},
    {"bzero", SIZE, 1, NONE, 9000, 30, false},
    {"explicit_bzero", SIZE, 1, NONE, 9000, 30, false},
    {"memcmp", SIZE, 2, NONE, 8000, 20, false},
    {"bcmp", SIZE, 2, NONE, 8000, 20, false},
    {"memchr", DISTANCE, 0, 2, 9000, 20, false},
    {"memrchr", SIZE, 2, NONE, 9000, 20, false},
    {"rawmemchr", DISTANCE, 0, NONE, 9000, 20, false},
    {"memccpy", DISTANCE, 0, 3, 14000, 60, false},
    {"memmem", SIZE, 1, NONE, 20000, 500, false},
    {"wmemcpy", SIZE, 2, NONE, 9000, 120, false},
    {"wmemset", SIZE, 2, NONE, 9000, 120, false},
    {"strlen", RESULT, NONE, NONE, 8000, 20, false},
    {"strnlen", RESULT, NONE, NONE, 9000, 20, false},
    {"wcslen", RESULT, NONE, NONE, 8000, 80, false},
    {"strcpy", FIXED, NONE, NONE, 14000, 0, false},
    {"strncpy", SIZE, 2, NONE, 14000, 40, false},
    {"stpcpy", DISTANCE, 0, NONE, 14000, 40, false},
    {"stpncpy", SIZE, 2, NONE, 14000, 40, false},
    {"strcat", FIXED, NONE, NONE, 24000, 0, false},
    {"strncat", FIXED, NONE, NONE, 26000, 0, false},
    {"strcmp", FIXED, NONE, NONE, 11000, 0, false},
    {"strncmp", FIXED, NONE, NONE, 12000, 0, false},
    {"strcasecmp", FIXED, NONE, NONE, 25000, 0, false},
    {"strncasecmp", FIXED, NONE, NONE, 25000, 0, false},
    {"strcoll", FIXED, NONE, NONE, 30000, 0, false},
    {"strchr", DISTANCE, 0, NONE, 10000, 20, false},
    {"strchrnul", DISTANCE, 0, NONE, 10000, 20, false},
    {"strrchr", DISTANCE, 0, NONE, 14000, 20, false},
    {"strstr", DISTANCE, 0, NONE, 25000, 150, false},
    {"strcasestr", DISTANCE, 0, NONE, 40000, 3000, false},
    {"strspn", RESULT, NONE, NONE, 30000, 700, false},
    {"strcspn", RESULT, NONE, NONE, 30000, 700, false},
    {"strpbrk", DISTANCE, 0, NONE, 30000, 700, false},
    {"strdup", FIXED, NONE, NONE, 70000, 0, false},
    {"strtok_r", FIXED, NONE, NONE, 60000, 0, false},
    {"strsep", FIXED, NONE, NONE, 40000, 0, false},
    {"qsort", SORT, 1, NONE, 60000, 15500, true},
    {"bsearch", SEARCH, 2, NONE, 8000, 8000, true},
    {"lfind", FIXED, NONE, NONE, 10000, 0, true},
    {"printf", RESULT, NONE, NONE, 180000, 4000, false},
    {"fprintf", RESULT, NONE, NONE, 180000, 4000, false},
    {"dprintf", RESULT, NONE, NONE, 180000, 4000, false},
    {"sprintf", RESULT, NONE, NONE, 150000, 4000, false},
    {"snprintf", RESULT, NONE, NONE, 150000, 4000, false},
    {"vprintf", RESULT, NONE, NONE, 180000, 4000, false},
    {"vfprintf", RESULT, NONE, NONE, 180000, 4000, false},
    {"vsprintf", RESULT, NONE, NONE, 150000, 4000, false},
    {"vsnprintf", RESULT, NONE, NONE, 150000, 4000, false},
    {"asprintf", RESULT, NONE, NONE, 220000, 4000, false},
    {"vasprintf", RESULT, NONE, NONE, 220000, 4000, false},
    {"sscanf", FIXED, NONE, NONE, 400000, 0, false},
    {"strtol", FIXED, NONE, NONE, 50000, 0, false},
    {"strtoll", FIXED, NONE, NONE, 50000, 0, false},
    {"strtoul", FIXED, NONE, NONE, 50000, 0, false},
    {"strtoull", FIXED, NONE, NONE, 50000, 0, false},
    {"__isoc23_strtol", FIXED, NONE, NONE, 50000, 0, false},
    {"__isoc23_strtoll", FIXED, NONE, NONE, 50000, 0, false},
    {"__isoc23_strtoul", FIXED, NONE, NONE, 50000, 0, false},
    {"__isoc23_strtoull", FIXED, NONE, NONE, 50000, 0, false},
    {"atoi", FIXED, NONE, NONE, 50000, 0, false},
    {"atol", FIXED, NONE, NONE, 50000, 0, false},
    {"strtod", FIXED, NONE, NONE, 140000, 0, false},
    {"strtof", FIXED, NONE, NONE, 140000, 0, false},
    {"atof", FIXED, NONE, NONE, 140000, 0, false},
    {"malloc", FIXED, NONE, NONE, 20000, 0, false},
    {"free", FIXED, NONE, NONE, 15000, 0, false},
    {"calloc", PRODUCT, 0, 1, 40000, 30, false},
    {"realloc", SIZE, 1, NONE, 60000, 15, false},
    {"aligned_alloc", FIXED, NONE, NONE, 60000, 0, false},
    {"posix_memalign", FIXED, NONE, NONE, 60000, 0, false},
    {"_Znwm", FIXED, NONE, NONE, 3000, 0, false}, // calls malloc, which is counted by nobody else
    {"_Znam", FIXED, NONE, NONE, 3000, 0, false},
    {"sin", FIXED, NONE, NONE, 50000, 0, false},
    {"cos", FIXED, NONE, NONE, 50000, 0, false},
    {"tan", FIXED, NONE, NONE, 70000, 0, false},
    {"atan", FIXED, NONE, NONE, 60000, 0, false},
    {"atan2", FIXED, NONE, NONE, 80000, 0, false},
    {"exp", FIXED, NONE, NONE, 25000, 0, false},
    {"exp2", FIXED, NONE, NONE, 20000, 0, false},
    {"log", FIXED, NONE, NONE, 25000, 0, false},
    {"log2", FIXED, NONE, NONE, 25000, 0, false},
    {"log10", FIXED, NONE, NONE, 40000, 0, false},
    {"pow", FIXED, NONE, NONE, 55000, 0, false},
    {"sqrt", FIXED, NONE, NONE, 4000, 0, false},
    {"fmod", FIXED, NONE, NONE, 40000, 0, false},
    {"floor", FIXED, NONE, NONE, 5000, 0, false},
    {"ceil", FIXED, NONE, NONE, 5000, 0, false},
    {"tolower", FIXED, NONE, NONE, 6000, 0, false},
    {"toupper", FIXED, NONE, NONE, 6000, 0, false},
    {"__ctype_b_loc", FIXED, NONE, NONE, 4000, 0, false},
    {"__ctype_tolower_loc", FIXED, NONE, NONE, 4000, 0, false},
    {"__ctype_toupper_loc", FIXED, NONE, NONE, 4000, 0, false},
    {"__errno_location", FIXED, NONE, NONE, 3000, 0, false},
};

/* Copies of a known size up to this are a few instructions, of which the code generator knows. */
constexpr uint64_t SMALL_COPY = 128;

Charge const* chargeOf(StringRef symbol) {
  static StringMap<Charge const*> const table = [] {
    StringMap<Charge const*> made;
    for (auto const& charge : charges)
      made[charge.name] = &charge;
    return made;
  }();
  return table.lookup(symbol);
}

/* __memcpy_chk and its like: the function's own arguments come first, or, in that of printf, two
 * more in between, which changes nothing for its result. */
std::string withoutCheck(StringRef symbol) {
  if (startsWith(symbol, "__") && symbol.consume_back("_chk"))
    symbol = symbol.drop_front(2);
  return symbol.str();
}

/* The logarithm to the base of two of a number, rounded up, at least 1. */
Value* logarithm(IRBuilder<>& builder, Value* number) {
  auto* const type = number->getType();
  auto* const zeros = builder.CreateBinaryIntrinsic(
      Intrinsic::ctlz, builder.CreateOr(number, ConstantInt::get(type, 1)), builder.getFalse());
  return builder.CreateSub(ConstantInt::get(type, type->getIntegerBitWidth()), zeros);
}

} // namespace

Charge const* chargeOf(CallBase const& call) {
  if (auto const* const intrinsic = dyn_cast<MemIntrinsic>(&call)) {
    auto const* const size = dyn_cast<ConstantInt>(intrinsic->getLength());
    return size && size->getZExtValue() <= SMALL_COPY ? nullptr : &charges[0];
  }
  auto const* const callee = call.getCalledFunction();
  if (not callee || not callee->isDeclarationForLinker() || callee->isIntrinsic())
    return nullptr;
  return chargeOf(withoutCheck(symbolOf(*callee)));
}

bool isUnseen(Charge const& charge) { return not charge.calls && not findCall(charge.name); }

bool isFixed(Charge const& charge) { return charge.kind == FIXED; }
uint64_t fixedCost(Charge const& charge) { return charge.fixed; }

static Value* unitsOf(Charge const& charge, CallBase& call, IRBuilder<>& builder,
                      IntegerType* word) {
  auto const argument = [&](int index) -> Value* {
    return index >= 0 && unsigned(index) < call.arg_size() ? call.getArgOperand(unsigned(index))
                                                           : nullptr;
  };
  auto const number = [&](Value* value) -> Value* {
    return value && value->getType()->isIntegerTy() ? builder.CreateZExtOrTrunc(value, word)
                                                    : nullptr;
  };
  switch (charge.kind) {
  case SIZE:
    return number(argument(charge.a));
  case PRODUCT: {
    auto *const a = number(argument(charge.a)), *const b = number(argument(charge.b));
    return a && b ? builder.CreateMul(a, b) : nullptr;
  }
  case RESULT: {
    if (not call.getType()->isIntegerTy())
      return nullptr;
    auto* const result = builder.CreateSExtOrTrunc(&call, word);
    if (call.getType() == word)
      return result; // a size
    auto* const zero = ConstantInt::get(word, 0);
    return builder.CreateSelect(builder.CreateICmpSLT(result, zero), zero, result); // an error
  }
  case DISTANCE: {
    auto* const start = argument(charge.a);
    if (not start || not start->getType()->isPointerTy() || not call.getType()->isPointerTy())
      return nullptr;
    auto* const distance =
        builder.CreateSub(builder.CreatePtrToInt(&call, word), builder.CreatePtrToInt(start, word));
    auto* const otherwise = number(argument(charge.b));
    return builder.CreateSelect(builder.CreateIsNull(&call),
                                otherwise ? otherwise : ConstantInt::get(word, 0), distance);
  }
  case SORT: {
    auto* const count = number(argument(charge.a));
    return count ? builder.CreateMul(count, logarithm(builder, count)) : nullptr;
  }
  case SEARCH: {
    auto* const count = number(argument(charge.a));
    return count ? logarithm(builder, count) : nullptr;
  }
  default:
    return nullptr;
  }
}

Value* variableCost(Charge const& charge, CallBase& call, IRBuilder<>& builder) {
  auto* const word = builder.getInt64Ty();
  auto* const units = unitsOf(charge, call, builder, word);
  return units ? builder.CreateMul(units, ConstantInt::get(word, charge.perUnit)) : nullptr;
}

} // namespace stp
