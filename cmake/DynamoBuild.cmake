# Build type, compiler launcher, linker and the flags that every target of the project shares.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

find_program(ccache_program ccache)
if(ccache_program AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # What ccache wants to be told before it works together with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros "${ccache_program}")
endif()

find_program(mold_program mold)
if(mold_program AND PROJECT_IS_TOP_LEVEL)
  add_link_options(-fuse-ld=mold)
endif()

if(DYNAMO_SANITIZE)
  add_compile_options(-fsanitize=${DYNAMO_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DYNAMO_SANITIZE})
endif()

# Warnings, and what is the same for every target.
function(dynamo_target target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # Wrong about std::string's operator+ when it is inlined (GCC bug 105651).
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  if(DYNAMO_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

# Compiles the standard headers that most files include once for the whole target. The presets
# clang and asan-ubsan build without, so that a file which does not include what it needs is found.
option(DYNAMO_PRECOMPILE "Precompile standard headers for the library and the tool" ON)
function(dynamo_precompile target)
  if(NOT DYNAMO_PRECOMPILE)
    return()
  endif()
  target_precompile_headers(${target} PRIVATE <algorithm> <chrono> <functional> <map> <memory>
                            <mutex> <optional> <string> <variant> <vector>)
endfunction()
