# `cpack -G DEB` in the build directory makes simterpose_VERSION_ARCH.deb. What it needs is found by dpkg-shlibdeps; the
# plugin works in this Clang alone, and is compiled for nothing else.
set(CPACK_PACKAGE_NAME simterpose)
set(CPACK_PACKAGE_CONTACT "The Simterpose developers <simterpose@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION "Compiled with its plugin for Clang ${LLVM_VERSION_MAJOR}, ordinary C and C++ network programs run natively
as ever, or any number of them in one process on simulated hosts, in virtual time, on SimGrid's network models.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "clang-${LLVM_VERSION_MAJOR}, libc6-dev")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gdb")
include(CPack)
