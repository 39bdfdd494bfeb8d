// The version of the library, for the preprocessor. CMakeLists.txt reads it from here.
#pragma once

#define DYNAMO_VERSION_MAJOR 0
#define DYNAMO_VERSION_MINOR 1
#define DYNAMO_VERSION_PATCH 0

/// "MAJOR.MINOR.PATCH".
#define DYNAMO_VERSION "0.1.0"
