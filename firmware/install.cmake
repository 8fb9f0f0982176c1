# install_program(NAME): the program, its unit with the folder it was installed to, and its man page.
function(install_program name)
  set(BINDIR ${CMAKE_INSTALL_FULL_SBINDIR})
  configure_file(${name}@.service ${name}@.service @ONLY)
  install(TARGETS ${name} DESTINATION ${CMAKE_INSTALL_SBINDIR})
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}@.service DESTINATION lib/systemd/system)
  install(FILES ${name}.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
endfunction()
