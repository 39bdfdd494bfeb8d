// Where an export goes, and how it goes on after it was interrupted.
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

/// The target of an export that begins afresh and is whole or not there at its end. errc::io also
/// if there is a checkpoint beside it, unless --force allows to remove that.
[[nodiscard]] result<output_file> open_target(const export_command& what, const console& on);

/// The files of an export with --resume: FILE.partial, which is kept, and FILE.checkpoint, whose
/// note says how long FILE.partial was when the checkpoint was saved, and how its items are
/// written. For one thread. Must outlive the scan that it keeps the checkpoint of.
class resumable_target {
 public:
  explicit resumable_target(const export_command& what);

  /// errc::io if the target is a pipe or a device, which cannot be cut back. Opens nothing.
  [[nodiscard]] result<void> check() const;
  [[nodiscard]] const std::shared_ptr<checkpoint_store>& checkpoint() const { return checkpoint_; }
  /// What was written so far is of whole pages. Before they are acknowledged.
  void has_whole_pages() { whole_ = file_->size(); }
  /// For `scan_options::checkpoint_note`: brings what was written onto the disk first. Throws.
  [[nodiscard]] std::string note();

  /// True if the export came to its end before: there is nothing to read and nothing to write.
  /// errc::io if its file has gone since.
  [[nodiscard]] result<bool> is_finished(const std::optional<resumed_scan>& before) const;
  /// Opens FILE.partial: where it was left, or afresh. errc::checkpoint if the note is not of such
  /// an export; errc::io if the file is not what the note says.
  result<void> open(const std::optional<resumed_scan>& before, const console& on);

  /// Once it is open.
  [[nodiscard]] output_file& file() { return *file_; }
  /// Bytes that were there when it was opened.
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
  std::uint64_t whole_ = 0;  // bytes up to the end of the last page that is whole
};

}  // namespace dynamo::cli
