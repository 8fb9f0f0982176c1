# Boards with a 64-bit processor: Raspberry Pi 3, Zero 2 W and newer.
include(${CMAKE_CURRENT_LIST_DIR}/cross.cmake)
cross_compile(arm64 aarch64 aarch64-linux-gnu qemu-aarch64-static)
