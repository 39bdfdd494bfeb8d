// Checks that a run uses no file for two purposes.
#pragma once

#include "cli/console.hpp"
#include "cli/options.hpp"

#include <dynamo/core/result.hpp>

#include <string>
#include <vector>

namespace dynamo::cli {

/// A file and its purpose.
struct file_role {
  std::string path{};
  std::string owner{};     ///< the option that names it; files of one owner are not compared
  std::string part{};      ///< which file of the owner: "the checkpoint"; empty: the file itself
  bool is_read = false;    ///< read, not written
  bool is_stream = false;  ///< standard output or standard error, redirected to a file
};

/// Returns all files of a run: those that options name, the files beside them (partial files,
/// checkpoints, logs of a database), and the AWS configuration and credentials files if it uses a
/// service.
[[nodiscard]] std::vector<file_role> file_roles(const invocation& run, const console& on);

/// Returns errc::invalid_argument, which names both purposes, if a file that is written has a
/// second purpose. Files are compared by device and inode, files that do not exist by their path.
/// Devices such as /dev/null may have several purposes. Opens nothing.
[[nodiscard]] result<void> check_file_roles(const std::vector<file_role>& roles);

}  // namespace dynamo::cli
