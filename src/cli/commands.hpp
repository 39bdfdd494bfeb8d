// The commands of the tool, one function each.
#pragma once

#include "cli/console.hpp"
#include "cli/observation.hpp"
#include "cli/options.hpp"

#include <dynamo/client/client.hpp>
#include <dynamo/core/log.hpp>
#include <dynamo/core/result.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace dynamo::cli {

// Each blocks until the command is done. Results go to the console's standard output; an error is
// returned, not printed. Options out of range throw; the command line parser refuses these.

result<void> run(const tables_command& what, const client& db, const console& on);
result<void> run(const describe_command& what, const client& db, const console& on);
result<void> run(const sample_command& what, const client& db, const console& on);
/// Succeeds also if the reader of standard output closes it; the scan then stops.
result<void> run(const scan_command& what, const client& db, const console& on);
result<void> run(const count_command& what, const client& db, const console& on);
result<void> run(const export_command& what, const client& db, const console& on);
/// Prints the identity. If STS did not confirm it, then returns the reason as an error.
result<void> run(const whoami_command& what, const client& db, const console& on);
/// Serves until a stop is requested, and returns success, or until the program of the command
/// exits, and returns its exit status.
result<exit_code> run(const serve_command& what, const std::shared_ptr<logger>& log,
                      const console& on);

/// A stop leaves the file unchanged, unless only the last step remains, which then completes.
result<void> run(const compact_command& what, const console& on);

/// Runs the command and returns its exit status. Prints an error as one line that says what to do.
/// `signal` is called after a failure and returns the signal that requested the stop, 0 for none.
/// Throws nothing.
[[nodiscard]] exit_code run_command(const command& what, const client& db, const console& on,
                                    const std::function<int()>& signal);

/// Returns a client with the options of `run`, which reports to the log and metrics of `watchers`.
/// Returns errc::configuration if the file of --ca-bundle cannot be read, errc::io if the file of
/// --local cannot be opened.
[[nodiscard]] result<client> make_client(const invocation& run, const observation& watchers);

/// Runs the tool after the command line is parsed and returns the exit status. `dynamo_log` is the
/// environment variable DYNAMO_LOG, null if unset.
[[nodiscard]] exit_code run_invocation(const invocation& run, const char* dynamo_log,
                                       const console& on, const std::function<int()>& signal);

/// Prints an error that occurred outside a command and returns its exit status.
exit_code fail(const error& failure, const console& on);

/// Writes text to standard output.
result<void> print(const console& on, std::string_view text);

}  // namespace dynamo::cli
