// What the tool does, one function a command.
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

// Each blocks until it is done. Results go to the console's standard output; a failure is returned,
// not printed. Options out of their range, which the command line does not let through, throw.

result<void> run(const tables_command& what, const client& db, const console& on);
result<void> run(const describe_command& what, const client& db, const console& on);
result<void> run(const sample_command& what, const client& db, const console& on);
/// A reader of standard output that goes away ends the scan with success.
result<void> run(const scan_command& what, const client& db, const console& on);
result<void> run(const count_command& what, const client& db, const console& on);
result<void> run(const export_command& what, const client& db, const console& on);
/// Prints what is known, then returns why STS has not confirmed it, if it has not.
result<void> run(const whoami_command& what, const client& db, const console& on);
/// Serves until a stop is requested, which is its success, or until the program that it serves has
/// ended, whose status it returns.
result<exit_code> run(const serve_command& what, const std::shared_ptr<logger>& log,
                      const console& on);

/// A stop leaves the file as it was, unless everything but the last step is done.
result<void> run(const compact_command& what, const console& on);

/// Carries out the command and prints its failure, if there is one, as one line with what to do
/// about it. `signal` tells at the end which signal asked for it, 0 for none. Throws nothing.
[[nodiscard]] exit_code run_command(const command& what, const client& db, const console& on,
                                    const std::function<int()>& signal);

/// A client as the options want it, which tells `watchers`. errc::configuration if the file of
/// --ca-bundle cannot be read, errc::io if that of --local cannot be opened.
[[nodiscard]] result<client> make_client(const invocation& run, const observation& watchers);

/// The whole of one run, from the environment's DYNAMO_LOG (unset: null) to the exit status.
[[nodiscard]] exit_code run_invocation(const invocation& run, const char* dynamo_log,
                                       const console& on, const std::function<int()>& signal);

/// Prints a failure that is not a command's, and gives its status.
exit_code fail(const error& failure, const console& on);

/// Writes text to standard output.
result<void> print(const console& on, std::string_view text);

}  // namespace dynamo::cli
