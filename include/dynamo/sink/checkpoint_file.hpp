// A checkpoint in a file.
#pragma once

#include <dynamo/scan/checkpoint_store.hpp>

#include <memory>
#include <string>

namespace dynamo {

/// A store for the checkpoint of one scan, in the file `path`, whose folder exists. Nothing is
/// opened before a scan takes it; then the file is there, empty at first, and removed at the end if
/// nothing was saved. A scan that is complete leaves it behind, and says so in it: another one with
/// it reads nothing. Delete the file to read the table again.
///
/// Saving writes `path`.tmp, waits for the disk, and renames it: a crash or a loss of power leaves
/// the old text or the new one. The file is locked while a scan has it (flock): a second scan, of
/// this process or another on the same machine, gets errc::checkpoint. Its mode is 0600. A symbolic
/// link is not followed, and a file that belongs to another user, that others may write to or that
/// has a second name (hard link) is not used: errc::io.
[[nodiscard]] std::shared_ptr<checkpoint_store> checkpoint_file(std::string path);

}  // namespace dynamo
