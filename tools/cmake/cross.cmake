# cross_compile(ARCH PROCESSOR TRIPLET EMULATOR): Debian's cross compiler on build/sysroot/ARCH, which tools/sysroot makes. Called by
# arm64.cmake and armhf.cmake, the toolchain files of the presets of those names.
function(cross_compile arch processor triplet emulator)
  cmake_path(SET root NORMALIZE "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../build/sysroot/${arch}")
  if(NOT EXISTS "${root}/.packages")
    message(FATAL_ERROR "${root} is not there: make it with ./tools/sysroot ${arch}")
  endif()
  set(CMAKE_SYSTEM_NAME Linux PARENT_SCOPE)
  set(CMAKE_SYSTEM_PROCESSOR ${processor} PARENT_SCOPE)
  set(CMAKE_C_COMPILER ${triplet}-gcc PARENT_SCOPE)
  set(CMAKE_SYSROOT "${root}" PARENT_SCOPE)
  set(CMAKE_LIBRARY_ARCHITECTURE ${triplet} PARENT_SCOPE)
  # The cross compiler knows its own libc's folders; those of a Debian system it has to be told.
  foreach(kind EXE SHARED MODULE)
    set(CMAKE_${kind}_LINKER_FLAGS_INIT "-Wl,-rpath-link,${root}/usr/lib/${triplet}" PARENT_SCOPE)
  endforeach()
  # What a build or a test runs of what it has made.
  find_program(emulator_path ${emulator})
  if(emulator_path)
    set(CMAKE_CROSSCOMPILING_EMULATOR "${emulator_path};-L;${root}" PARENT_SCOPE)
  endif()
  # Programs are the machine's; libraries and headers are the sysroot's alone.
  set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER PARENT_SCOPE)
  set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY PARENT_SCOPE)
  set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY PARENT_SCOPE)
  set(ENV{PKG_CONFIG_SYSROOT_DIR} "${root}")
  set(ENV{PKG_CONFIG_LIBDIR} "${root}/usr/lib/${triplet}/pkgconfig:${root}/usr/share/pkgconfig")
endfunction()
