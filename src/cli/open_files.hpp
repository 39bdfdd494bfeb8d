// How many files, and so connections, this process may have open.
#pragma once

#include <cstddef>

namespace dynamo::cli {

/// Raises the soft limit of open files to `wanted`, or to the hard limit where that is lower; never
/// lowers it. Returns the limit that holds then, SIZE_MAX if there is none.
std::size_t raise_open_files(std::size_t wanted) noexcept;

}  // namespace dynamo::cli
