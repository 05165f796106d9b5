/* Walks the source of a unit for what cannot be emulated: calls that the table refuses, mediated
 * names declared with another type than libc's, inline assembly that makes system calls. */
#include "warnings.h"

#include "names.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"

#include <vector>

using namespace clang;

namespace stp {

static std::vector<Site>& siteList() {
  static std::vector<Site> list;
  return list;
}

llvm::ArrayRef<Site> sites() { return siteList(); }

void addSite(llvm::StringRef name, llvm::StringRef file, unsigned line) {
  for (auto const& site : siteList())
    if (site.name == name && site.line == line && site.file == file)
      return;
  siteList().push_back({name.str(), file.str(), line});
}

void clearSites() { siteList().clear(); }

namespace {

char letterOf(ASTContext& context, QualType type) {
  type = type.getCanonicalType();
  if (type->isVoidType())
    return 'v';
  if (type->isAnyPointerType() || type->isReferenceType())
    return 'p';
  if (auto const* const record = type->getAsUnionType())
    if (record->getDecl()->hasAttr<TransparentUnionAttr>())
      return 'p';
  if (type->isArrayType())
    return 'p';
  auto const size = type->isIncompleteType() ? 0 : context.getTypeSize(type);
  if (type->isIntegralOrEnumerationType())
    return size == 8 ? 'c' : size == 16 ? 's' : size == 32 ? 'i' : 'l';
  if (type->isRealFloatingType())
    return size == 32 ? 'f' : size == 64 ? 'd' : 'D';
  return 'S';
}

std::string shapeOf(ASTContext& context, FunctionProtoType const& type) {
  std::string shape(1, letterOf(context, type.getReturnType()));
  for (auto const& parameter : type.param_types())
    shape += letterOf(context, parameter);
  if (type.isVariadic())
    shape += '.';
  return shape;
}

/* Whether a text of assembly enters the kernel. */
bool entersKernel(llvm::StringRef text) {
  return text.contains("syscall") || text.contains("sysenter") || text.contains("int $0x80") ||
         text.contains("int $$0x80") || text.contains("vmcall");
}

class Walker : public RecursiveASTVisitor<Walker> {
public:
  Walker(CompilerInstance& compiler, WarningOptions options)
      : context_(compiler.getASTContext()), diagnostics_(compiler.getDiagnostics()),
        options_(options) {
    using L = DiagnosticsEngine::Level;
    refused_ = diagnostics_.getCustomDiagID(
        L::Warning, "'%0' is not emulated: it will fail under simterpose run [simterpose-refused]");
    type_ = diagnostics_.getCustomDiagID(
        L::Warning, "'%0' is declared with another type than libc's; it will be called as libc's "
                    "under simterpose run [simterpose-types]");
    assembly_ = diagnostics_.getCustomDiagID(
        L::Warning, "this assembly makes system calls of its own, which reach the real kernel even "
                    "under simterpose run [simterpose-asm]");
  }

  bool VisitDeclRefExpr(DeclRefExpr* reference) {
    auto const* const function = dyn_cast<FunctionDecl>(reference->getDecl());
    if (not function || not isLibc(*function))
      return true;
    auto const* const call = findCall(function->getName());
    if (call && call->refused)
      report(reference->getLocation(), options_.refused, refused_, call->name, call->name);
    return true;
  }

  bool VisitFunctionDecl(FunctionDecl* function) {
    if (not function->getIdentifier() || not isLibc(*function) ||
        context_.getSourceManager().isInSystemHeader(function->getLocation()))
      return true;
    auto const* const call = findCall(function->getName());
    auto const* const type = function->getType()->getAs<FunctionProtoType>();
    if (call && type && shapeOf(context_, *type) != call->shape && options_.types)
      diagnostics_.Report(function->getLocation(), type_) << call->name;
    return true;
  }

  bool VisitGCCAsmStmt(GCCAsmStmt* statement) {
    auto const text = statement->generateAsmString(context_);
    if (entersKernel(text))
      report(statement->getAsmLoc(), options_.assembly, assembly_, "asm", "asm");
    return true;
  }

private:
  /* A function that the program leaves to libc: external, and not defined in this unit. */
  static bool isLibc(FunctionDecl const& function) {
    return function.getIdentifier() && function.isExternC() && not function.isStatic() &&
           (not function.isDefined() || function.isInlined()) && not isa<CXXMethodDecl>(function);
  }

  void report(SourceLocation location, bool wanted, unsigned diagnostic, llvm::StringRef name,
              llvm::StringRef argument) {
    auto const& sources = context_.getSourceManager();
    auto const place = sources.getPresumedLoc(sources.getExpansionLoc(location));
    if (sources.isInSystemHeader(sources.getExpansionLoc(location)))
      return;
    if (place.isValid())
      addSite(name, place.getFilename(), place.getLine());
    if (wanted)
      diagnostics_.Report(location, diagnostic) << argument;
  }

  ASTContext& context_;
  DiagnosticsEngine& diagnostics_;
  WarningOptions const options_;
  unsigned refused_, type_, assembly_;
};

class Warner : public ASTConsumer {
public:
  Warner(CompilerInstance& compiler, WarningOptions options)
      : compiler_(compiler), options_(options) {}

  void HandleTranslationUnit(ASTContext& context) override {
    clearSites();
    auto& diagnostics = compiler_.getDiagnostics();
    if (options_.pic && compiler_.getLangOpts().PICLevel == 0)
      diagnostics.Report(diagnostics.getCustomDiagID(
          DiagnosticsEngine::Warning, "this code is not position-independent and cannot be "
                                      "emulated: compile with -fPIE, link with -pie "
                                      "[simterpose-pic]"));
    Walker(compiler_, options_).TraverseDecl(context.getTranslationUnitDecl());
  }

private:
  CompilerInstance& compiler_;
  WarningOptions const options_;
};

} // namespace

std::unique_ptr<ASTConsumer> makeWarner(CompilerInstance& compiler, WarningOptions options) {
  return std::make_unique<Warner>(compiler, options);
}

} // namespace stp
