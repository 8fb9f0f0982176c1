# add_unit_test(NAME LIB...): tests/unit/test_NAME.c, one executable, one ctest entry, label "unit".
# add_c_test(NAME LABEL LIB...): the same for test_NAME.c of the current folder under another label.
#
# The labels are what ./tools/test selects by: unit, contract, fuzz, sim, system, bench. tests_unit and tests_contract are
# targets that build what those tests run and nothing else: ./tools/test quick.
add_custom_target(tests_unit)
add_custom_target(tests_contract)
function(add_c_test name label)
  add_executable(test_${name} test_${name}.c)
  target_link_libraries(test_${name} PRIVATE project_options PkgConfig::cmocka ${ARGN})
  add_test(NAME ${label}/${name} COMMAND test_${name})
  set_tests_properties(${label}/${name} PROPERTIES LABELS ${label} TIMEOUT 120)
  if(TARGET tests_${label})
    add_dependencies(tests_${label} test_${name})
  endif()
endfunction()
macro(add_unit_test name)
  add_c_test(${name} unit ${ARGN})
endmacro()
