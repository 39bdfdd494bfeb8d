// One page of a Scan or Query as it arrived: the body, and where its parts are.
#pragma once

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/model/page_receipt.hpp>
#include <dynamo/value/json_cursor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo {

/// Owns a response body. Opening a page looks only at what surrounds its items; they are read when
/// somebody decodes them. Move-only. Its memory counts against the scan's `max_buffered_bytes`
/// until it ends.
class page {
 public:
  /// Finds the parts of `body`. errc::invalid_response if it is not a page.
  [[nodiscard]] static result<page> open(body_buffer body);

  /// Items in the page, as the service counted them.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// Items evaluated, before the filter.
  [[nodiscard]] std::uint64_t scanned_count() const noexcept { return scanned_count_; }
  /// Read units, if the service told.
  [[nodiscard]] std::optional<double> consumed_capacity() const noexcept { return capacity_; }
  /// JSON text of the key to go on from; empty at the end. Only this decides whether there is
  /// more: a page without items may have one. An empty object counts as absent.
  [[nodiscard]] std::string_view last_evaluated_key() const noexcept { return last_key_; }
  /// Bytes of the whole body.
  [[nodiscard]] std::size_t size() const noexcept { return body_.size(); }

  /// At the array of items; null if the page has none (Select COUNT).
  [[nodiscard]] const char* items_begin() const noexcept { return items_; }
  /// Checks the position behind the array of items, once it is read: what follows must be what
  /// `open` took for it. Guards against a key that was looked for in the wrong place.
  [[nodiscard]] bool ends_items(const char* position) const noexcept;

  /// True if there are no items in it, as far as its text goes, whatever `count()` says.
  [[nodiscard]] bool is_empty() const noexcept;

  /// The segment the page belongs to.
  std::uint32_t segment = 0;
  /// How many of the items are wanted: less than `count()` where a limit on the total cuts it. Of
  /// a page without items (Select COUNT), how many of them count.
  std::uint64_t wanted = 0;
  std::string request_id{};
  /// Told what became of the items; null where the scan keeps no checkpoint, or the page has none.
  std::shared_ptr<page_receipt> receipt{};

  /// All of the page's items were dealt with: the scan's checkpoint may move behind them. Without a
  /// checkpoint it does nothing. An error says that the checkpoint could not be saved.
  result<void> try_acknowledge() const {
    return receipt ? receipt->acknowledge(0, wanted) : result<void>();
  }
  void acknowledge() const { try_acknowledge().value(); }

  /// Tells the owner of the memory that a consumer holds the page from now on.
  void hand_over() noexcept { body_.hand_over(); }

 private:
  bool read_front();
  bool read_tail();
  bool read_members(const char* behind_items);
  bool read_all();
  bool read_member(std::string_view key, detail::json_cursor& cursor);

  body_buffer body_;
  const char* items_ = nullptr;
  const char* items_end_ = nullptr;  // behind the ']'; null if not looked for
  std::uint64_t count_ = 0;
  std::uint64_t scanned_count_ = 0;
  bool has_count_ = false;
  std::optional<double> capacity_;
  std::string_view last_key_;
};

}  // namespace dynamo
