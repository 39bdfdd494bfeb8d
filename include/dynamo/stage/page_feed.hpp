// The pages of a scan for a stage, and the positions at which the scan resumes after a failure.
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

/// Pulls pages without blocking, and only on request. Records each segment's position, so that a
/// scan that failed is opened again from there. For one thread at a time. The destructor cancels
/// requests under way.
class page_feed {
 public:
  using opener = std::function<page_source(const scan_options&)>;

  /// Opens the scan. Sends nothing, except what a checkpoint requires. Throws
  /// errc::invalid_argument if an option is out of range or asks for a count.
  page_feed(const opener& open, scan_options options, std::string table);
  ~page_feed();
  page_feed(const page_feed&) = delete;
  page_feed& operator=(const page_feed&) = delete;

  /// Sets the waker that is called when a page has arrived.
  void on_page(waker wake);
  /// Returns the current page; null if there is none yet. Throws the error of a failed scan, after
  /// the pages that arrived before; the next call opens the scan again.
  [[nodiscard]] page* current();
  /// Ends the current page, whose items were all taken, and moves the position of its segment.
  void finish_page();
  /// Keeps one request for a page under way for each segment, as far as the options allow.
  void request();
  /// Returns true if there are no further pages.
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
  // The source is destroyed before the objects that it delivers to, and before the current page:
  // what its destructor calls or frees still exists then, and cannot call back into it.
  std::shared_ptr<arrivals> arrivals_;
  std::optional<page> page_;
  page_source source_;
  std::size_t concurrency_;  // requests at a time
  bool complete_ = false;
};

}  // namespace dynamo::stage::detail
