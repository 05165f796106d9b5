# Configuration of lit for all tests. What the substitutions stand for:
#
#   %both, %both_cxx    test/tools/both: compile %s with the plugin, run it natively, then emulated
#   %stp_clang[xx]      clang[++] with the plugin      %clang[xx]  the same without
#   %opt_stp            opt with the plugin            %FileCheck, %not
#   %simterpose         the command                    %exits N    runs what follows, which must exit N
#   %include            test/include                   %source     the top of the sources
#   %build              the top of the build
#   %unit NAME          a test of a part of the runtime alone: test/unit/NAME.c
#   %gold               gold, or bfd where there is no gold
#   %plugin             the plugin's file              %python     the interpreter that runs lit
#
# Features for REQUIRES: and UNSUPPORTED:  llvm-14, llvm-19 ..., lld, sanitize.

import os
import shutil
import lit.formats

config.name = "simterpose"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".c", ".cpp", ".ll", ".test"]
config.excludes = ["include", "tools", "Inputs", "programs", "support.c"]
config.test_source_root = os.path.dirname(__file__)

tools = os.path.join(config.test_source_root, "tools")
include = os.path.join(config.test_source_root, "include")
native = "native" in lit_config.params
plugin = "" if native else " -fplugin=" + config.plugin

config.available_features.add("llvm-%d" % config.llvm_version)
if os.path.exists(os.path.join(config.llvm_tools, "ld.lld")):
    config.available_features.add("lld")
if config.sanitize:
    config.available_features.add("sanitize")

both = "{tools}/both {mode} {command} %s %t {compiler}{plugin} {flags} -I" + include + " -I" + os.path.join(config.source, "include")
flags = "-O2 -g -pthread"


def both_with(compiler, language):
    return both.format(tools=tools, mode="native" if native else "both", command=config.command,
                       compiler=compiler, plugin=plugin, flags=flags + language)


# A name that another begins with stands after it.
config.substitutions += [
    ("%both_cxx", both_with(config.clangxx, " -std=c++17")),
    ("%both", both_with(config.clang, "")),
    ("%stp_clangxx", config.clangxx + plugin),
    ("%stp_clang", config.clang + plugin),
    ("%clangxx", config.clangxx),
    ("%clang", config.clang),
    ("%opt_stp", "%s/opt -load-pass-plugin=%s" % (config.llvm_tools, config.plugin)),
    ("%simterpose", config.command),
    ("%FileCheck", config.llvm_tools + "/FileCheck"),
    ("%not", config.llvm_tools + "/not"),
    ("%exits", tools + "/exits"),
    ("%include", include),
    ("%source", config.source),
    ("%build", config.build),
    ("%unit ", config.build + "/test/unit-"),
    ("%plugin", config.plugin),
    # Debian 13 keeps gold in a package of its own: where it is not, bfd does its tests.
    ("%gold", "gold" if shutil.which("ld.gold") else "bfd"),
    ("%python", config.python),
]

config.environment["PATH"] = config.llvm_tools + os.pathsep + config.environment["PATH"]
config.environment["LC_ALL"] = "C"
# Fibres: a stack frame's shadow must not outlive its fibre, and what runs at the end is not a leak.
config.environment["ASAN_OPTIONS"] = "detect_stack_use_after_return=0:detect_leaks=0"
config.environment["UBSAN_OPTIONS"] = "halt_on_error=1:print_stacktrace=1"
