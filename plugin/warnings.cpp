/* Walks the source of a unit for what cannot be emulated: calls that the table refuses, mediated
 * names declared with another type than libc's, assembly that makes system calls, code that is not
 * position-independent. Warnings of a plugin are outside of Clang's groups, so -w, -Werror and the
 * silence of system headers are ours to honour, and arguments of the plugin switch groups off. */
#include "warnings.h"

#include "names.h"
#include "sites.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"

using namespace clang;

namespace stp {

namespace {

char letterOf(ASTContext& context, QualType type) {
  type = type.getCanonicalType();
  if (type->isVoidType())
    return 'v';
  if (type->isAnyPointerType() || type->isReferenceType() || type->isArrayType())
    return 'p';
  if (auto const* const record = type->getAsUnionType())
    if (record->getDecl()->hasAttr<TransparentUnionAttr>()) // struct sockaddr* in glibc's C
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

/* The symbol of a function that the program leaves to libc, or nothing: external, with C linkage,
 * not defined in this unit (an inline definition may stand for libc's). */
llvm::StringRef libcSymbol(FunctionDecl const& function) {
  if (not function.getIdentifier() || not function.isExternC() || function.isStatic() ||
      (function.isDefined() && not function.isInlined()))
    return "";
  if (auto const* const label = function.getAttr<AsmLabelAttr>())
    return label->getLabel();
  return function.getName();
}

class Walker : public RecursiveASTVisitor<Walker> {
public:
  Walker(CompilerInstance& compiler, WarningOptions options)
      : context_(compiler.getASTContext()), sources_(compiler.getSourceManager()),
        diagnostics_(compiler.getDiagnostics()), options_(options) {}

  void walk(bool isPic) {
    if (not isPic && options_.pic)
      warn(sources_.getLocForStartOfFile(sources_.getMainFileID()),
           "position-dependent code cannot be emulated: compile with -fPIE and link with -pie "
           "[simterpose-pic]",
           "");
    for (auto* const declaration : context_.getTranslationUnitDecl()->decls())
      if (not sources_.isInSystemHeader(declaration->getLocation()))
        TraverseDecl(declaration);
  }

  bool VisitDeclRefExpr(DeclRefExpr* reference) {
    auto const* const function = dyn_cast<FunctionDecl>(reference->getDecl());
    auto const* const call = function ? findCall(libcSymbol(*function)) : nullptr;
    if (function && isUnknown(libcSymbol(*function)))
      visitUnknown(*reference, function->getName());
    if (not call || not call->refused || isSilent(reference->getLocation()))
      return true;
    addPlace(call->name, reference->getLocation());
    if (options_.refused)
      warn(reference->getLocation(),
           "'%0' is not emulated: it fails under simterpose run [simterpose-refused]", call->name);
    return true;
  }

  bool VisitFunctionDecl(FunctionDecl* function) {
    auto const* const call = findCall(libcSymbol(*function));
    if (call && options_.types && not fits(*function, call->shape))
      warn(function->getLocation(),
           "'%0' is declared with another type than libc's, and under simterpose run it is libc's "
           "that is called [simterpose-types]",
           call->name);
    return true;
  }

  bool VisitGCCAsmStmt(GCCAsmStmt* statement) {
    return visitAssembly(statement->generateAsmString(context_), statement->getAsmLoc());
  }

  bool VisitFileScopeAsmDecl(FileScopeAsmDecl* declaration) {
    return visitAssembly(declaration->getAsmString()->getString(), declaration->getAsmLoc());
  }

  /* What is only asked for its type or size is not called. */
  bool TraverseTypeOfExprTypeLoc(TypeOfExprTypeLoc) { return true; }
  bool TraverseDecltypeTypeLoc(DecltypeTypeLoc) { return true; }
  bool TraverseUnaryExprOrTypeTraitExpr(UnaryExprOrTypeTraitExpr*) { return true; }

private:
  void visitUnknown(DeclRefExpr const& reference, llvm::StringRef name) {
    if (isSilent(reference.getLocation()))
      return;
    addPlace(name, reference.getLocation());
    if (options_.unknown)
      warn(reference.getLocation(),
           "'%0' is neither emulated nor known to be harmless: a process that calls it ends under "
           "simterpose run [simterpose-unknown]",
           name);
  }

  /* A declaration without prototype says nothing but the type of the result. */
  bool fits(FunctionDecl const& function, llvm::StringRef shape) {
    if (auto const* const type = function.getType()->getAs<FunctionProtoType>())
      return shapeOf(context_, *type) == shape;
    return letterOf(context_, function.getReturnType()) == shape.front();
  }

  bool visitAssembly(llvm::StringRef text, SourceLocation location) {
    if (not entersKernel(text) || isSilent(location))
      return true;
    addPlace("asm", location);
    if (options_.assembly)
      warn(location,
           "this assembly makes system calls of its own, which reach the real kernel even under "
           "simterpose run [simterpose-asm]",
           "");
    return true;
  }

  bool isSilent(SourceLocation location) const {
    return location.isInvalid() || sources_.isInSystemHeader(sources_.getExpansionLoc(location));
  }

  void addPlace(llvm::StringRef name, SourceLocation location) {
    auto const place = sources_.getPresumedLoc(sources_.getExpansionLoc(location));
    if (place.isValid())
      addSite(name, place.getFilename(), place.getLine());
  }

  template <unsigned N>
  void warn(SourceLocation location, char const (&format)[N], llvm::StringRef name) {
    if (isSilent(location) || diagnostics_.getIgnoreAllWarnings())
      return;
    auto const level =
        diagnostics_.getWarningsAsErrors() ? DiagnosticsEngine::Error : DiagnosticsEngine::Warning;
    diagnostics_.Report(location, diagnostics_.getCustomDiagID(level, format)) << name;
  }

  ASTContext& context_;
  SourceManager& sources_;
  DiagnosticsEngine& diagnostics_;
  WarningOptions const options_;
};

} // namespace

void warnOfUnemulated(CompilerInstance& compiler, WarningOptions options) {
  startSitesFromSource();
  if (not options.assembly)
    silenceAssembly();
  Walker(compiler, options).walk(compiler.getLangOpts().PICLevel != 0);
}

} // namespace stp
