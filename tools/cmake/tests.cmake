# add_unit_test(NAME LIB...): tests/unit/test_NAME.c, one executable, one ctest entry, label "unit".
# add_c_test(NAME LABEL LIB...): the same for test_NAME.c of the current folder under another label.
#
# The labels are what ./tools/test selects by: unit, contract, fuzz, sim, system, bench.
function(add_c_test name label)
  add_executable(test_${name} test_${name}.c)
  target_link_libraries(test_${name} PRIVATE project_options PkgConfig::cmocka ${ARGN})
  add_test(NAME ${label}/${name} COMMAND test_${name})
  set_tests_properties(${label}/${name} PROPERTIES LABELS ${label} TIMEOUT 120)
endfunction()
macro(add_unit_test name)
  add_c_test(${name} unit ${ARGN})
endmacro()
