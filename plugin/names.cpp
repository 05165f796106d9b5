/* calls.def, expanded for the plugin. The types come from libc's own headers, through templates: v
 * void, c s i l integers of 1, 2, 4, 8 bytes, p pointer, f d D floating point, S other, and a dot
 * at the end for "...". */
#include "names.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

/* Their attributes do not matter here. */
#pragma GCC diagnostic ignored "-Wignored-attributes"
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#include "simterpose/libc.h"

#include <type_traits>

namespace {

template <class T> constexpr char letter() {
  if constexpr (std::is_void_v<T>)
    return 'v';
  else if constexpr (std::is_pointer_v<T> || std::is_reference_v<T> || std::is_array_v<T>)
    return 'p';
  else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
    return sizeof(T) == 1 ? 'c' : sizeof(T) == 2 ? 's' : sizeof(T) == 4 ? 'i' : 'l';
  else if constexpr (std::is_floating_point_v<T>)
    return sizeof(T) == 4 ? 'f' : sizeof(T) == 8 ? 'd' : 'D';
  else
    return 'S';
}

template <class T> struct Shape;
template <class R, class... A> struct Shape<R(A...)> {
  static constexpr char text[] = {letter<R>(), letter<A>()..., '\0'};
};
template <class R, class... A> struct Shape<R(A..., ...)> {
  static constexpr char text[] = {letter<R>(), letter<A>()..., '.', '\0'};
};
template <class R, class... A> struct Shape<R(A...) noexcept> : Shape<R(A...)> {};
template <class R, class... A> struct Shape<R(A..., ...) noexcept> : Shape<R(A..., ...)> {};

enum Support { FULL, PARTIAL, REFUSED };

llvm::StringMap<stp::Call> const& calls() {
  static auto const* const table = [] {
    auto* const made = new llvm::StringMap<stp::Call>;
#define CALL(name, file, support, remark)                                                          \
  (*made)[#name] = {#name, support == REFUSED, Shape<decltype(::name)>::text};
#define ALIAS(symbol, name, ...) STP_IF_SYMBOL##__VA_ARGS__((*made)[#symbol] = (*made)[#name];)
#define DATA(name, support, remark)
#include "simterpose/calls.def"
#undef CALL
#undef ALIAS
#undef DATA
    return made;
  }();
  return *table;
}

llvm::StringSet<> const& data() {
  static llvm::StringSet<> const table = {
#define CALL(name, file, support, remark)
#define ALIAS(symbol, ...)
#define DATA(name, support, remark) #name,
#include "simterpose/calls.def"
#undef CALL
#undef ALIAS
#undef DATA
      ""};
  return table;
}

} // namespace

namespace stp {

Call const* findCall(llvm::StringRef symbol) {
  symbol.consume_front("\1"); // an asm label
  auto const found = calls().find(symbol);
  return found == calls().end() ? nullptr : &found->second;
}

bool isUnknown(llvm::StringRef symbol) {
  static llvm::StringSet<> const table = {
#define IMPURE(name, reasons) #name,
#include "simterpose/impure.def"
#undef IMPURE
      ""};
  symbol.consume_front("\1");
  return not symbol.empty() && table.count(symbol) && not findCall(symbol);
}

bool isData(llvm::StringRef symbol) {
  symbol.consume_front("\1");
  return not symbol.empty() && data().count(symbol);
}

} // namespace stp
