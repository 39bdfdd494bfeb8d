# Build type, compiler launcher, linker and flags for all targets of the project.

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

find_program(ccache_program ccache)
if(PROJECT_IS_TOP_LEVEL AND ccache_program AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # ccache requires this sloppiness for precompiled headers. Paths are hashed relative to the source
  # folder, so that every clone and worktree shares one cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=20G "${ccache_program}")
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

# Hardening: memory errors end the program instead of being exploitable. Only for the project itself: a
# parent project sets its own flags.
if(PROJECT_IS_TOP_LEVEL AND NOT DYNAMO_SANITIZE)
  add_compile_options(-fstack-protector-strong -fstack-clash-protection)
  # No -fcf-protection: Debian's crt1.o, crti.o, crtn.o and libc are built without it, so that linker
  # and loader disable it for the whole program.
  add_link_options(LINKER:-z,relro,-z,now,-z,noexecstack)
  # The checks of the C library require optimization.
  if(CMAKE_BUILD_TYPE MATCHES "^Rel" OR CMAKE_CXX_FLAGS_DEBUG MATCHES "-O[1-3gs]")
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  endif()
  # Debug builds only: these checks also run in the decoding loops.
  add_compile_definitions($<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
endif()

# Sets warnings and common properties of a target.
function(dynamo_target target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion)
  get_target_property(is_grouped ${target} UNITY_BUILD)
  if(NOT is_grouped)
    # In a group of files one may have names that the next one uses within a function.
    target_compile_options(${target} PRIVATE -Wshadow)
  elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # It holds for what another file includes, and in a group all are included.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # False positives for an inlined operator+ of std::string (GCC bug 105651), and at -O3 for lengths of
    # strings and for std::optional (GCC bug 80635).
    target_compile_options(${target} PRIVATE -Wno-restrict
      "$<$<CONFIG:Release>:-Wno-stringop-overflow;-Wno-stringop-overread;-Wno-array-bounds;-Wno-maybe-uninitialized>")
  endif()
  if(DYNAMO_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

# Compiles the sources of a target in groups: most of the time of a file alone goes into the same
# headers. The presets clang and asan-ubsan compile each file of the library and the tool alone, to
# detect files that lack an include.
option(DYNAMO_GROUP_SOURCES "Compile the sources of the library and the tool in groups"
       ${PROJECT_IS_TOP_LEVEL})
function(dynamo_group_sources target)
  if(DYNAMO_GROUP_SOURCES)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 10)
  endif()
endfunction()
