# project_options: what every target of ours is built with. Link it PRIVATE.
include(CheckCCompilerFlag)
include(CheckPIESupported)

option(RUMAH_WERROR "Treat warnings as errors" OFF)
option(RUMAH_COVERAGE "Count the branches that the tests walk (gcov)" OFF)
option(RUMAH_HARDEN "PIE, RELRO, stack protector, FORTIFY" OFF)
set(RUMAH_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")

# Everything is position independent: sanitizers and the installed programs both want it, and a
# static library cannot know which of them it will end in. CMake adds -pie only after asking.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
check_pie_supported(LANGUAGES C)
set(CMAKE_C_EXTENSIONS ON) # _GNU_SOURCE below: SOCK_CLOEXEC, accept4, explicit_bzero, asprintf

add_library(project_options INTERFACE)
target_compile_features(project_options INTERFACE c_std_17)
target_include_directories(project_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(project_options INTERFACE _GNU_SOURCE RUMAH_VERSION="${PROJECT_VERSION}")
target_compile_options(
  project_options
  INTERFACE -Wall
            -Wextra
            -Wshadow
            -Wstrict-prototypes
            -Wmissing-prototypes
            -Wpointer-arith
            -Wcast-qual
            -Wwrite-strings
            -Wformat=2
            -Wundef
            -Wvla
            -Wimplicit-fallthrough
            -Wswitch-enum
            -Wconversion
            -Wno-sign-conversion # bytes and sizes meet on every wire; -Wconversion still sees what is cut off
            -Wno-missing-field-initializers # tables leave out what is zero
            $<$<BOOL:${RUMAH_WERROR}>:-Werror>)

if(RUMAH_SANITIZE)
  target_compile_options(project_options INTERFACE -fsanitize=${RUMAH_SANITIZE} -fno-sanitize-recover=all
                                                   -fno-omit-frame-pointer)
  target_link_options(project_options INTERFACE -fsanitize=${RUMAH_SANITIZE})
endif()

if(RUMAH_COVERAGE)
  # Counters are shared between the threads of a program, so they must not lose counts.
  target_compile_options(project_options INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(project_options INTERFACE --coverage)
endif()

if(RUMAH_HARDEN)
  target_compile_options(project_options INTERFACE -fstack-protector-strong -U_FORTIFY_SOURCE
                                                   -D_FORTIFY_SOURCE=2)
  target_link_options(project_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
  # Each of these exists on some processors and compilers only: x86 has the first two, arm64 the last.
  foreach(flag IN ITEMS -fstack-clash-protection -fcf-protection=full -mbranch-protection=standard)
    string(MAKE_C_IDENTIFIER "has${flag}" has_flag)
    check_c_compiler_flag("-Werror ${flag}" ${has_flag})
    if(${has_flag})
      target_compile_options(project_options INTERFACE ${flag})
    endif()
  endforeach()
endif()
