/* The plugin's two doors. As a pass plugin (-fpass-plugin=, opt -load-pass-plugin=) it adds one
 * module pass at the very end of the optimiser, so that all of LLVM's reasoning about globals and
 * library functions has been used by then; -O0 and optnone functions included. As a Clang plugin
 * (-fplugin=) it adds itself as a pass plugin, and its warnings. */
#include "llvm_compat.h"
#include "unit.h"
#include "warnings.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"

#include <dlfcn.h>

namespace {

/* Once per unit, however often the plugin was named on the command line. */
constexpr char marker[] = "simterpose.instrumented";

class Instrumentation : public llvm::PassInfoMixin<Instrumentation> {
public:
  llvm::PreservedAnalyses run(llvm::Module& module, llvm::ModuleAnalysisManager&) {
    if (module.getNamedMetadata(marker))
      return llvm::PreservedAnalyses::all();
    stp::Unit unit(module);
    stp::displaceState(unit);
    stp::redirectCalls(unit);
    stp::deferInitialisers(unit);
    stp::recordSites(unit);
    stp::emitDescriptor(unit);
    module.getOrInsertNamedMetadata(marker);
    return llvm::PreservedAnalyses::none();
  }

  static bool isRequired() { return true; }
};

void registerPasses(llvm::PassBuilder& builder) {
  builder.registerOptimizerLastEPCallback(
      [](llvm::ModulePassManager& passes, auto...) { passes.addPass(Instrumentation()); });
  builder.registerPipelineParsingCallback([](llvm::StringRef name, llvm::ModulePassManager& passes,
                                             llvm::ArrayRef<llvm::PassBuilder::PipelineElement>) {
    if (name != "simterpose")
      return false;
    passes.addPass(Instrumentation());
    return true;
  });
}

std::string ownPath() {
  Dl_info info;
  return dladdr(reinterpret_cast<void*>(&registerPasses), &info) ? info.dli_fname : "";
}

class Action : public clang::PluginASTAction {
protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef) override {
    auto& plugins = compiler.getCodeGenOpts().PassPlugins;
    auto const path = ownPath();
    if (not llvm::is_contained(plugins, path))
      plugins.push_back(path);
    return stp::makeWarner(compiler, options_);
  }

  /* -fplugin-arg-simterpose-no-warn[-refused|-types|-asm|-pic] */
  bool ParseArgs(clang::CompilerInstance const& compiler,
                 std::vector<std::string> const& args) override {
    for (auto const& arg : args) {
      bool const all = arg == "no-warn" || arg == "-no-warn";
      llvm::StringRef name = arg;
      name.consume_front("-");
      bool known = all;
      auto const off = [&](bool& option, llvm::StringRef group) {
        if (all || name == ("no-warn-" + group).str()) {
          option = false;
          known = true;
        }
      };
      off(options_.refused, "refused");
      off(options_.types, "types");
      off(options_.assembly, "asm");
      off(options_.pic, "pic");
      if (known)
        continue;
      auto& diagnostics = compiler.getDiagnostics();
      diagnostics.Report(diagnostics.getCustomDiagID(
          clang::DiagnosticsEngine::Error,
          "simterpose: unknown argument '%0' (known: no-warn, no-warn-refused, no-warn-types, "
          "no-warn-asm, no-warn-pic)"))
          << arg;
      return false;
    }
    return true;
  }

  ActionType getActionType() override { return AddBeforeMainAction; }

private:
  stp::WarningOptions options_;
};

clang::FrontendPluginRegistry::Add<Action> const registration("simterpose",
                                                              "prepares programs for emulation");

} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK llvm::PassPluginLibraryInfo llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "simterpose", "0.1", registerPasses};
}
