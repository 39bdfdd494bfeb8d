# Compiles SOURCE with COMPILER and compares the outcome with the file's first line.
file(STRINGS "${SOURCE}" first_line LIMIT_COUNT 1)
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C "${COMPILER}" -std=c++20 -Wall -Werror=unused-result
          "-I${INCLUDE}" -c "${SOURCE}" -o /dev/null
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)

if(first_line STREQUAL "// compiles")
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${SOURCE} should compile, but:\n${output}")
  endif()
elseif(first_line MATCHES "^// expect: (.+)$")
  set(expected "${CMAKE_MATCH_1}")
  if(status EQUAL 0)
    message(FATAL_ERROR "${SOURCE} compiles, but should fail with: ${expected}")
  endif()
  string(FIND "${output}" "${expected}" position)
  if(position EQUAL -1)
    message(FATAL_ERROR "${SOURCE} fails, but not with: ${expected}\n${output}")
  endif()
else()
  message(FATAL_ERROR "${SOURCE} must begin with '// expect: <text>' or '// compiles'")
endif()
