# `cmake --build build/dev --target docs` writes the API reference to build/<preset>/docs/html.
find_package(Doxygen QUIET)
if(DOXYGEN_FOUND)
  set(DOXYGEN_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/docs")
  set(DOXYGEN_STRIP_FROM_PATH "${CMAKE_CURRENT_SOURCE_DIR}/include")
  set(DOXYGEN_EXCLUDE_SYMBOLS "dynamo::detail::*")
  # Doxygen 1.9.4 loses the scope of `template <> struct std::hash<...>` unless it reads a plain name.
  set(DOXYGEN_INPUT_FILTER "sed -e 's/struct std::hash</struct hash</'")
  set(DOXYGEN_USE_MDFILE_AS_MAINPAGE "${CMAKE_CURRENT_SOURCE_DIR}/README.md")
  set(DOXYGEN_QUIET YES)
  set(DOXYGEN_WARN_IF_UNDOCUMENTED NO)
  set(DOXYGEN_WARN_AS_ERROR FAIL_ON_WARNINGS)
  set(DOXYGEN_EXTRACT_ALL YES)
  doxygen_add_docs(docs include README.md ARCHITECTURE.md CONTRIBUTING.md CHANGELOG.md
                   COMMENT "API reference")
endif()
