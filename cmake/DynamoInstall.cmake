# `cmake --install` gives headers, library, tool and a package for find_package(dynamo).
include(CMakePackageConfigHelpers)

install(TARGETS dynamo EXPORT dynamo_targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include/dynamo DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT dynamo_targets NAMESPACE dynamo::
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dynamo)
configure_package_config_file(cmake/dynamoConfig.cmake.in
  "${CMAKE_CURRENT_BINARY_DIR}/dynamoConfig.cmake"
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dynamo)
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/dynamoConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/dynamoConfig.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/dynamoConfigVersion.cmake"
              cmake/FindDeflate.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dynamo)
