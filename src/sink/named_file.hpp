// Files that get their name when they are whole, and who has them meanwhile.
#pragma once

#include "sink/descriptor.hpp"

#include <dynamo/core/result.hpp>

#include <sys/stat.h>

#include <stop_token>
#include <string>

namespace dynamo::sink {

/// The folder that `path` is in.
[[nodiscard]] std::string folder_of(const std::string& path);

/// True if `path` is still a name of the open `file`: not of another one, not gone.
[[nodiscard]] bool has_name(const descriptor& file, const std::string& path);

/// Locks the file; false if a living process has it locked. File systems without locks do without.
[[nodiscard]] bool lock(const descriptor& file);

/// errc::io unless the file with these properties is what this library itself leaves under a name
/// that it chose: a regular file of `user`, that no other user may write to, with no second name.
/// In a folder that is shared, such as /tmp, another user may have put something else there: a file
/// that he can change while it is written, or a second name of a file that is precious.
[[nodiscard]] result<void> check_own(const struct stat& about, uid_t user, const std::string& path);

/// True for a FIFO or socket of another user in a folder where everybody may create names: he may
/// wait for the name to be used. The rule is that of fs.protected_fifos, which leaves out files
/// that are opened without O_CREAT.
[[nodiscard]] bool may_be_planted(const struct stat& about, const struct stat& folder, uid_t user);

/// Opens what is not a regular file, for writing: a FIFO when somebody reads it. A descriptor, or
/// -1 with errno, ECANCELED if `stop` was requested.
[[nodiscard]] int open_direct(const std::string& path, const std::stop_token& stop);

/// Renames without replacing a file. 0 or an errno.
[[nodiscard]] int rename_new(const std::string& from, const std::string& to);

/// Waits until the names in `folder` are on the disk.
[[nodiscard]] result<void> sync_folder(const std::string& folder);

}  // namespace dynamo::sink
