// The pages of a scan for a stage, and where the scan goes on after a failure.
#pragma once

#include <dynamo/core/result.hpp>
#include <dynamo/model/page.hpp>
#include <dynamo/scan/page_source.hpp>
#include <dynamo/scan/scan_options.hpp>
#include <dynamo/scan/segment_position.hpp>
#include <dynamo/stage/delivery.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::stage::detail {

/// Throws errc::invalid_argument if there is a checkpoint.
void require_no_checkpoint(const scan_options& options);

/// Pulls pages without blocking, and only when told to. Remembers each segment's position: a scan
/// that failed is opened again from there. For one thread at a time; its end cancels requests under
/// way.
class page_feed {
 public:
  using opener = std::function<page_source(const scan_options&)>;

  /// Opens the scan, which sends nothing but for a checkpoint's sake. Throws errc::invalid_argument
  /// if an option is out of range or asks for a count.
  page_feed(const opener& open, scan_options options, std::string table);
  ~page_feed();
  page_feed(const page_feed&) = delete;
  page_feed& operator=(const page_feed&) = delete;

  /// Who is woken when a page has come.
  void on_page(waker wake);
  /// The page at hand; null if there is none yet. Throws why the scan failed, behind the pages that
  /// had come before; the next call opens it again.
  [[nodiscard]] page* current();
  /// All items of the page at hand were taken. Moves the position of its segment.
  void finish_page();
  /// Has a request for a page under way for each segment, as far as the options allow.
  void request();
  /// There are no further pages.
  [[nodiscard]] bool is_complete() const noexcept { return complete_; }

  [[nodiscard]] const std::string& table() const noexcept { return table_; }
  [[nodiscard]] const std::vector<segment_position>& positions() const noexcept {
    return positions_;
  }

 private:
  struct arrivals;
  class request_under_way;

  scan_options options_;
  std::string table_;
  std::vector<segment_position> positions_;
  std::shared_ptr<const waker> wake_;
  // The source ends before what it delivers to, and before the page at hand: whatever its end calls
  // or frees is still there then, and holds nothing that could call back into it.
  std::shared_ptr<arrivals> arrivals_;
  std::optional<page> page_;
  page_source source_;
  std::size_t concurrency_;  // requests at a time
  bool complete_ = false;
};

}  // namespace dynamo::stage::detail
