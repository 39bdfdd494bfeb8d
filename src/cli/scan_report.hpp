// What was read, as a file for programs.
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

/// The summary as one JSON object. `outcome`: how the command went on with what was read.
[[nodiscard]] std::string report_text(const scan_arguments& of, const scan_summary& summary,
                                      const result<void>& outcome);

/// The file of --report, or nothing to write where none is wanted. For one thread.
class scan_report {
 public:
  /// Before anything is read, since it fails without costing anything.
  static result<scan_report> open(const scan_arguments& of);

  /// At the end, however that came. Replaces what is there under the name.
  result<void> write(const scan_summary& summary, const result<void>& outcome);

 private:
  explicit scan_report(const scan_arguments& of) : of_(of) {}

  scan_arguments of_;
  std::optional<output_file> file_;
};

/// The end of a command that read a table, `done` or not: its report is written and, if all went
/// well, the last line of its progress. What ended the reading is told before what the report met.
[[nodiscard]] result<void> conclude(result<void> done, scan_report& report,
                                    const page_source& source, progress_display& display);

}  // namespace dynamo::cli
