// Exceptions that nobody catches. SimGrid's handler reports its own and ends the run; those of a
// program end its process, as the C++ library does natively.
#include "engine/engine.h"

#include <cstdlib>
#include <cxxabi.h>
#include <exception>
#include <typeinfo>

void (*stp_engine_uncaught)(const char* type, const char* what);

static std::terminate_handler simulators;

static void terminate() {
  if (stp_self == nullptr || stp_engine_uncaught == nullptr)
    simulators();
  std::type_info const* const type = abi::__cxa_current_exception_type();
  if (type == nullptr)
    stp_engine_uncaught(nullptr, nullptr);
  int status = -1;
  char* const name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
  char const* const text = status == 0 ? name : type->name();
  try {
    throw;
  } catch (std::exception const& exception) {
    stp_engine_uncaught(text, exception.what());
  } catch (...) {
    stp_engine_uncaught(text, nullptr);
  }
  std::abort(); // it does not return
}

void stp_engine_catch() { simulators = std::set_terminate(terminate); }
