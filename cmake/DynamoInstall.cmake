# `cmake --install` installs headers, library, tool, and packages for find_package(dynamo) and
# pkg-config.
include(CMakePackageConfigHelpers)

install(TARGETS dynamo EXPORT dynamo_targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(DYNAMO_BUILD_TOOL)
  install(TARGETS dynamo_tool RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  if(BUILD_SHARED_LIBS)
    # Relative, so that the prefix can be moved.
    file(RELATIVE_PATH from_tool "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
    set_target_properties(dynamo_tool PROPERTIES INSTALL_RPATH "$ORIGIN/${from_tool}")
  endif()
endif()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY include/dynamo DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT dynamo_targets NAMESPACE dynamo::
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dynamo)
set(dynamo_is_shared FALSE)
if(BUILD_SHARED_LIBS)
  set(dynamo_is_shared TRUE)
endif()
configure_package_config_file(cmake/dynamoConfig.cmake.in
  "${CMAKE_CURRENT_BINARY_DIR}/dynamoConfig.cmake"
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dynamo)
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/dynamoConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/dynamoConfig.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/dynamoConfigVersion.cmake"
              cmake/FindDeflate.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dynamo)

# Relative, as in the CMake package, so that the prefix can be moved.
file(RELATIVE_PATH dynamo_pc_prefix "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig"
     "${CMAKE_INSTALL_PREFIX}")
cmake_path(APPEND dynamo_pc_includedir "\${prefix}" "${CMAKE_INSTALL_INCLUDEDIR}")
cmake_path(APPEND dynamo_pc_libdir "\${prefix}" "${CMAKE_INSTALL_LIBDIR}")
# A program links the dependencies in addition to the archive, with or without --static.
set(dynamo_pc_requires Requires)
if(dynamo_is_shared)
  set(dynamo_pc_requires Requires.private)
endif()
configure_file(cmake/dynamo.pc.in "${CMAKE_CURRENT_BINARY_DIR}/dynamo.pc" @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/dynamo.pc"
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
