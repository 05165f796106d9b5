/* The door for Clang (-fplugin=): an action that adds this file as a pass plugin to the compilation
 * and warns of what cannot be emulated. */
#include "unit.h"
#include "warnings.h"
#include "work.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"
#include "llvm/ADT/STLExtras.h"

#include <dlfcn.h>

/* opt loads this file too, and has no Clang in it. The functions that we call are bound when they
 * are called, which is never; what the tables of our classes refer to must be allowed to be absent.
 */
asm(".weak _ZN5clang17ASTFrontendAction13ExecuteActionEv\n"
    ".weak _ZN5clang14FrontendAction22shouldEraseOutputFilesEv\n"
    ".weak _ZN5clang14FrontendAction13EndSourceFileEv\n"
    ".weak _ZN5clang15PluginASTAction6anchorEv\n"
    ".weak _ZN5clang11ASTConsumer18HandleTopLevelDeclENS_12DeclGroupRefE\n"
    ".weak _ZN5clang11ASTConsumer21HandleInterestingDeclENS_12DeclGroupRefE\n"
    ".weak _ZN5clang11ASTConsumer33HandleTopLevelDeclInObjCContainerENS_12DeclGroupRefE\n"
    ".weak _ZN5clang11ASTConsumer24HandleImplicitImportDeclEPNS_10ImportDeclE\n"
    ".weak _ZTVN5clang17ASTFrontendActionE\n");

extern "C" __attribute__((weak)) char
    isInClang asm("_ZN4llvm8RegistryIN5clang15PluginASTActionEE8add_nodeEPNS3_4nodeE");

namespace {

class Warner : public clang::ASTConsumer {
public:
  Warner(clang::CompilerInstance& compiler, stp::WarningOptions options)
      : compiler_(compiler), options_(options) {}

  void HandleTranslationUnit(clang::ASTContext&) override {
    stp::warnOfUnemulated(compiler_, options_);
  }

private:
  clang::CompilerInstance& compiler_;
  stp::WarningOptions const options_;
};

std::string ownPath() {
  Dl_info info;
  return dladdr(reinterpret_cast<void*>(&stp::warnOfUnemulated), &info) ? info.dli_fname : "";
}

class Action : public clang::PluginASTAction {
protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef) override {
    auto& plugins = compiler.getCodeGenOpts().PassPlugins;
    auto const path = ownPath();
    if (not llvm::is_contained(plugins, path))
      plugins.push_back(path);
    return std::make_unique<Warner>(compiler, options_);
  }

  /* -fplugin-arg-simterpose-no-warn[-refused|-unknown|-types|-asm|-pic], -no-polls, -no-work */
  bool ParseArgs(clang::CompilerInstance const& compiler,
                 std::vector<std::string> const& args) override {
    for (auto const& arg : args) {
      bool const all = arg == "no-warn" || arg == "-no-warn";
      llvm::StringRef name = arg;
      name.consume_front("-");
      bool known = all;
      if (name == "no-polls") {
        stp::leaveOutPolls();
        known = true;
      } else if (name == "no-work") {
        stp::leaveOutWork();
        known = true;
      }
      auto const off = [&](bool& option, llvm::StringRef group) {
        if (all || name == ("no-warn-" + group).str()) {
          option = false;
          known = true;
        }
      };
      off(options_.refused, "refused");
      off(options_.unknown, "unknown");
      off(options_.types, "types");
      off(options_.assembly, "asm");
      off(options_.pic, "pic");
      if (known)
        continue;
      auto& diagnostics = compiler.getDiagnostics();
      diagnostics.Report(diagnostics.getCustomDiagID(
          clang::DiagnosticsEngine::Error,
          "simterpose: unknown argument '%0' (known: no-warn, no-warn-refused, no-warn-unknown, "
          "no-warn-types, no-warn-asm, no-warn-pic, no-polls, no-work)"))
          << arg;
      return false;
    }
    return true;
  }

  ActionType getActionType() override { return AddBeforeMainAction; }

private:
  stp::WarningOptions options_;
};

[[gnu::constructor]] void registerAction() {
  if (&isInClang)
    static clang::FrontendPluginRegistry::Add<Action> const registration(
        "simterpose", "prepares programs for emulation");
}

} // namespace
