# Boards with a 32-bit ARMv7 processor. Debian's armhf does not run on the ARMv6 of the Raspberry Pi 1 and the first Zero.
include(${CMAKE_CURRENT_LIST_DIR}/cross.cmake)
cross_compile(armhf armv7l arm-linux-gnueabihf qemu-arm-static)
