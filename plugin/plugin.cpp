/* The door for LLVM: a pass plugin (-fpass-plugin=, opt -load-pass-plugin=) that adds one module
 * pass at the very end of the optimiser, so that all of LLVM's reasoning about globals and library
 * functions has been used by then; -O0 and optnone functions included. */
#include "unit.h"

#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"

namespace {

/* Once per unit, however often the plugin was named on the command line. */
constexpr char marker[] = "simterpose.instrumented";

class Instrumentation : public llvm::PassInfoMixin<Instrumentation> {
public:
  llvm::PreservedAnalyses run(llvm::Module& module, llvm::ModuleAnalysisManager& analyses) {
    if (module.getNamedMetadata(marker))
      return llvm::PreservedAnalyses::all();
    stp::Unit unit(module);
    stp::virtualiseCycles(unit);
    stp::virtualiseEntropy(unit);
    stp::watchWork(
        unit, analyses.getResult<llvm::FunctionAnalysisManagerModuleProxy>(module).getManager());
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

} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK llvm::PassPluginLibraryInfo llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "simterpose", "0.1", registerPasses};
}
