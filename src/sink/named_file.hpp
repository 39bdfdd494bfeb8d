// Files that get their name when they are whole, and who has them meanwhile.
#pragma once

#include "sink/descriptor.hpp"

#include <dynamo/core/result.hpp>

#include <string>

namespace dynamo::sink {

/// The folder that `path` is in.
[[nodiscard]] std::string folder_of(const std::string& path);

/// True if `path` is still a name of the open `file`: not of another one, not gone.
[[nodiscard]] bool has_name(const descriptor& file, const std::string& path);

/// Locks the file; false if a living process has it locked. File systems without locks do without.
[[nodiscard]] bool lock(const descriptor& file);

/// Waits until the names in `folder` are on the disk.
[[nodiscard]] result<void> sync_folder(const std::string& folder);

}  // namespace dynamo::sink
