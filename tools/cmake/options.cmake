# project_options: what every target of ours is built with. Link it PRIVATE.
add_library(project_options INTERFACE)
target_compile_features(project_options INTERFACE c_std_17)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
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
            -Wno-sign-conversion
            -Wno-missing-field-initializers
            $<$<BOOL:${RUMAH_WERROR}>:-Werror>)
if(RUMAH_SANITIZE)
  target_compile_options(project_options INTERFACE -fsanitize=${RUMAH_SANITIZE} -fno-omit-frame-pointer
                                                   -fno-sanitize-recover=all)
  target_link_options(project_options INTERFACE -fsanitize=${RUMAH_SANITIZE})
endif()

# hardened_options: for what is installed; the `release` preset switches it on.
option(RUMAH_HARDEN "PIE, RELRO, stack protector, FORTIFY" OFF)
if(RUMAH_HARDEN)
  target_compile_options(project_options INTERFACE -fstack-protector-strong -fstack-clash-protection
                                                   -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  target_link_options(project_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
  include(CheckPIESupported)
  check_pie_supported()
endif()
