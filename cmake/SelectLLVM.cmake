# Finds the LLVM and Clang that the plugin is built for: SIMTERPOSE_LLVM, or the lowest version
# installed with its headers. Sets the variables of LLVMConfig.cmake (LLVM_INCLUDE_DIRS,
# LLVM_TOOLS_BINARY_DIR, LLVM_VERSION_MAJOR ...) and SIMTERPOSE_CLANG, SIMTERPOSE_CLANGXX.

set(versions ${SIMTERPOSE_LLVM})
if(NOT versions)
  set(versions 14 15 16 17 18 19)
endif()
foreach(version ${versions})
  set(prefix /usr/lib/llvm-${version})
  if(EXISTS ${prefix}/include/clang/AST/AST.h AND EXISTS ${prefix}/bin/clang)
    break()
  endif()
endforeach()
find_package(LLVM CONFIG HINTS ${prefix}/lib/cmake/llvm)
if(NOT LLVM_FOUND OR (SIMTERPOSE_LLVM AND NOT LLVM_VERSION_MAJOR EQUAL SIMTERPOSE_LLVM))
  message(FATAL_ERROR "LLVM ${SIMTERPOSE_LLVM} with Clang's headers was not found: "
                      "run scripts/install-packages, or say -DSIMTERPOSE_LLVM=<version> or -DLLVM_DIR=<directory>")
endif()

foreach(tool CLANG:clang CLANGXX:clang++)
  string(REPLACE ":" ";" pair ${tool})
  list(GET pair 0 variable)
  list(GET pair 1 name)
  set(SIMTERPOSE_${variable} ${LLVM_TOOLS_BINARY_DIR}/${name} CACHE FILEPATH "The ${name} that loads the plugin")
endforeach()
