/* What cannot be emulated, as Clang sees it in the source: warnings with file and line, and the
 * sites that go into the module for `simterpose check`. */
#ifndef STP_PLUGIN_WARNINGS_H
#define STP_PLUGIN_WARNINGS_H

#include <memory>

namespace clang {
class ASTConsumer;
class CompilerInstance;
} // namespace clang

namespace stp {

/* Which groups of warnings are on. */
struct WarningOptions {
  bool refused = true, types = true, assembly = true, pic = true;
};

/* Looks through a unit's source before code is generated. */
std::unique_ptr<clang::ASTConsumer> makeWarner(clang::CompilerInstance& compiler,
                                               WarningOptions options);

} // namespace stp

#endif
