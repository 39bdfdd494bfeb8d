// The limit of open files of this process, and thereby of connections.
#pragma once

#include <cstddef>

namespace dynamo::cli {

/// Raises the soft limit of open files to `wanted`, or to the hard limit if that is lower; never
/// lowers it. Returns the resulting limit, SIZE_MAX if there is none.
std::size_t raise_open_files(std::size_t wanted) noexcept;

}  // namespace dynamo::cli
