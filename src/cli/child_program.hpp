// Runs another program as a shell does.
#pragma once

#include <dynamo/core/result.hpp>

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::cli {

/// Runs a program and returns its exit status, or 128 plus the number of the signal that ended it.
/// The first argument is the program, searched for in PATH. It inherits the standard streams and
/// the environment, without the variables of `unset` and with those of `set`. Blocks until the
/// program exits. Returns errc::io if the program cannot be run or its exit status cannot be read.
///
/// Cancellation: a stop sends SIGTERM to the program.
[[nodiscard]] result<int> run_program(const std::vector<std::string>& arguments,
                                      const std::vector<std::pair<std::string, std::string>>& set,
                                      const std::vector<std::string>& unset,
                                      const std::stop_token& stop);

}  // namespace dynamo::cli
