// The JSON report of --report.
#pragma once

#include "cli/console.hpp"
#include "cli/scan_arguments.hpp"

#include <dynamo/core/result.hpp>
#include <dynamo/scan/page_source.hpp>
#include <dynamo/scan/scan_summary.hpp>
#include <dynamo/sink/output_file.hpp>

#include <optional>
#include <string>

namespace dynamo::cli {

/// Returns the summary as one JSON object. `outcome` is the result of the whole command.
[[nodiscard]] std::string report_text(const scan_arguments& of, const scan_summary& summary,
                                      const result<void>& outcome);

/// The file of --report. Without the option it writes nothing.
///
/// Thread safety: for one thread.
class scan_report {
 public:
  /// Call before anything is read, so that errors occur before any cost.
  static result<scan_report> open(const scan_arguments& of);

  /// Call at the end, also after a failure. Replaces an existing file.
  result<void> write(const scan_summary& summary, const result<void>& outcome);

 private:
  explicit scan_report(const scan_arguments& of) : of_(of) {}

  scan_arguments of_;
  std::optional<output_file> file_;
};

/// Ends a command that read a table: writes its report and, if there was no error, the summary line
/// of the progress. An error in `done` takes precedence over an error in writing the report.
[[nodiscard]] result<void> conclude(result<void> done, scan_report& report,
                                    const page_source& source, progress_display& display);

}  // namespace dynamo::cli
