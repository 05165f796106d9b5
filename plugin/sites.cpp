/* The list of sites and its records. */
#include "sites.h"

#include "llvm_compat.h"
#include "unit.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/InstIterator.h"

#include <vector>

using namespace llvm;

namespace stp {

namespace {

struct Site {
  std::string name, file;
  unsigned line;
};

/* One unit at a time: Clang reads its source, then the pass instruments it. */
struct {
  std::vector<Site> sites;
  bool fromSource = false, quietAssembly = false;
} current;

} // namespace

void addSite(StringRef name, StringRef file, unsigned line) {
  auto const isSame = [&](Site const& site) {
    return site.name == name && site.line == line && site.file == file;
  };
  if (none_of(current.sites, isSame))
    current.sites.push_back({name.str(), file.str(), line});
}

void startSitesFromSource() {
  current.sites.clear();
  current.fromSource = true;
}

bool sitesFromSource() { return current.fromSource; }

/* A word of the assembly, not a part of one: "my_syscall_table" does not count. */
static bool containsWord(StringRef text, StringRef word) {
  for (size_t at = text.find(word); at != StringRef::npos; at = text.find(word, at + 1)) {
    auto const isPart = [&](size_t place) {
      return place < text.size() && (isAlnum(text[place]) || text[place] == '_');
    };
    if (not isPart(at - 1) && not isPart(at + word.size()))
      return true;
  }
  return false;
}

bool readsCycles(StringRef assembly) {
  return containsWord(assembly, "rdtsc") || containsWord(assembly, "rdtscp");
}

bool drawsRandom(StringRef assembly) {
  return containsWord(assembly, "rdrand") || containsWord(assembly, "rdseed");
}

bool entersKernel(StringRef assembly) {
  for (StringRef word : {"syscall", "sysenter", "vmcall", "int $0x80", "int $$0x80", "int\t$0x80",
                         "int\t$$0x80", "int $128", "int $$128", "int 0x80"})
    if (containsWord(assembly, word))
      return true;
  return false;
}

void silenceAssembly() { current.quietAssembly = true; }

void warnAssembly(CallBase const& call, StringRef message) {
  if (not current.quietAssembly)
    call.getContext().diagnose(DiagnosticInfoInlineAsm(call, message, DS_Warning));
}

static void findAssembly(Function const& function) {
  for (auto const& instruction : instructions(function)) {
    auto const* const call = dyn_cast<CallBase>(&instruction);
    if (not call || not call->isInlineAsm() ||
        not entersKernel(asmText(cast<InlineAsm>(call->getCalledOperand()))))
      continue;
    auto const& location = call->getDebugLoc();
    addSite("asm", location ? location->getFilename() : function.getParent()->getSourceFileName(),
            location ? location.getLine() : 0);
  }
}

void recordSites(Unit& unit) {
  if (not current.fromSource)
    for (auto const& function : unit.module)
      findAssembly(function);
  for (auto const& site : current.sites)
    unit.record(
        "simterpose_sites",
        {unit.text(site.name), unit.text(site.file), ConstantInt::get(unit.word, site.line)},
        nullptr);
  current.sites.clear();
}

} // namespace stp
