// The output file of an export, and resuming after an interruption.
#pragma once

#include "cli/console.hpp"
#include "cli/options.hpp"

#include <dynamo/core/result.hpp>
#include <dynamo/scan/checkpoint_store.hpp>
#include <dynamo/scan/page_source.hpp>
#include <dynamo/sink/output_file.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace dynamo::cli {

/// Opens the output of an export without --resume: at the end the file is complete or does not
/// exist. Returns errc::io also if FILE.checkpoint exists and --force does not allow to remove it.
[[nodiscard]] result<output_file> open_target(const export_command& what, const console& on);

/// The files of an export with --resume: FILE.partial, which is kept, and FILE.checkpoint, whose
/// note contains the length of FILE.partial when the checkpoint was saved, and the format of the
/// items.
///
/// Thread safety: for one thread. Lifetime: must outlive the scan whose checkpoint it keeps.
class resumable_target {
 public:
  explicit resumable_target(const export_command& what);

  /// Returns errc::io if the target is a pipe or a device, which cannot be truncated. Opens
  /// nothing.
  [[nodiscard]] result<void> check() const;
  [[nodiscard]] const std::shared_ptr<checkpoint_store>& checkpoint() const { return checkpoint_; }
  /// Records that the file contains only whole pages. Call before they are acknowledged.
  void has_whole_pages() { whole_ = file_->size(); }
  /// Syncs the file to disk and returns the note for `scan_options::checkpoint_note`. Throws if the
  /// sync fails.
  [[nodiscard]] std::string note();

  /// True if an earlier run completed the export, so that there is nothing to read or write.
  /// Returns errc::io if its file was since removed or replaced, errc::checkpoint as `open`.
  [[nodiscard]] result<bool> is_finished(const std::optional<resumed_scan>& before) const;
  /// Opens FILE.partial at the position of the checkpoint, or a new one if there is none. Returns
  /// errc::checkpoint if the checkpoint is not of such an export, errc::io if the file does not
  /// match the note.
  result<void> open(const std::optional<resumed_scan>& before, const console& on);

  /// Requires that `open` succeeded.
  [[nodiscard]] output_file& file() { return *file_; }
  /// Size of the partial file when it was opened, in bytes.
  [[nodiscard]] std::uint64_t kept_bytes() const noexcept { return kept_; }

 private:
  [[nodiscard]] std::string manner() const;
  [[nodiscard]] result<std::uint64_t> length_in(const std::string& note) const;
  [[nodiscard]] std::string partial() const;

  const export_command& what_;
  const std::string checkpoint_path_;
  const std::shared_ptr<checkpoint_store> checkpoint_;
  std::optional<output_file> file_;
  std::uint64_t kept_ = 0;
  std::uint64_t whole_ = 0;  // bytes up to the end of the last whole page
};

}  // namespace dynamo::cli
