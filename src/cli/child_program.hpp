// Another program, run as a shell would.
#pragma once

#include <dynamo/core/result.hpp>

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::cli {

/// The first is the program, looked for in PATH. It has this process's standard input and output
/// and its environment, with `set` replaced in it and `unset` removed from it. Blocks until it has
/// ended; a stop sends it SIGTERM. Returns its exit status, or 128 and the signal that ended it, as
/// shells do. errc::io if it cannot be run.
[[nodiscard]] result<int> run_program(const std::vector<std::string>& arguments,
                                      const std::vector<std::pair<std::string, std::string>>& set,
                                      const std::vector<std::string>& unset,
                                      const std::stop_token& stop);

}  // namespace dynamo::cli
