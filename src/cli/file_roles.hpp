// The files that a run uses, each for one purpose.
#pragma once

#include "cli/console.hpp"
#include "cli/options.hpp"

#include <dynamo/core/result.hpp>

#include <string>
#include <vector>

namespace dynamo::cli {

/// One file, and what it is for.
struct file_role {
  std::string path{};
  std::string owner{};     ///< the option that names it; its files are never the same by mistake
  std::string part{};      ///< of the owner's files: "the checkpoint"; empty: the file itself
  bool is_read = false;    ///< only read
  bool is_stream = false;  ///< standard output or standard error, redirected to a file
};

/// All of them: what the options name, and what goes beside that: partial files, checkpoints, a
/// database's logs, and the files of credentials that a service needs.
[[nodiscard]] std::vector<file_role> file_roles(const invocation& run, const console& on);

/// errc::invalid_argument, with both purposes, if a file that is written has another one. Files are
/// compared by device and inode, those that do not exist by where they would be. Devices such as
/// /dev/null may have several. Opens nothing.
[[nodiscard]] result<void> check_file_roles(const std::vector<file_role>& roles);

}  // namespace dynamo::cli
