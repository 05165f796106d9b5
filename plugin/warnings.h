/* What cannot be emulated, as Clang sees it in the source: warnings with file and line, and the
 * sites that go into the module for `simterpose check`. */
#ifndef STP_PLUGIN_WARNINGS_H
#define STP_PLUGIN_WARNINGS_H

namespace clang {
class CompilerInstance;
}

namespace stp {

/* Which groups of warnings are on. */
struct WarningOptions {
  bool refused = true, unknown = true, types = true, assembly = true, pic = true;
};

/* Looks through the source of the unit that was just parsed. */
void warnOfUnemulated(clang::CompilerInstance& compiler, WarningOptions options);

} // namespace stp

#endif
