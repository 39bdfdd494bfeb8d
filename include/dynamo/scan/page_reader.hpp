// Decodes the items of one page, one by one, on the consumer's thread.
#pragma once

#include <dynamo/core/result.hpp>
#include <dynamo/model/page.hpp>
#include <dynamo/scan/tracked.hpp>
#include <dynamo/value/item_parser.hpp>
#include <dynamo/value/mapping.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace dynamo::detail {

/// The types of a stream's items: a mapped struct, or `item`.
template <class T>
concept streamable = mapped<T> || std::same_as<T, item>;

/// Iterates over the items of a page. Not thread-safe. Lifetime: the page must outlive it.
class item_walk {
 public:
  enum class step : std::uint8_t { item, end, malformed };

  item_walk() = default;
  explicit item_walk(const page& of) : page_(&of), cursor_(of.items_begin()) {}

  /// Returns false if the current item, which was read, is the last one counted by the service but
  /// not the last one of the page.
  [[nodiscard]] bool may_end_here() const {
    if (delivered_ != page_->count()) [[likely]]
      return true;
    json_cursor behind = cursor_;
    return behind.consume(']') && page_->ends_items(behind.position());
  }
  /// Moves to the next item. At the end of the page, checks that every item counted by the service
  /// was there.
  step next();

  [[nodiscard]] json_cursor& cursor() { return cursor_; }
  /// Returns the start of the current item.
  [[nodiscard]] const char* item_begin() const { return begin_; }
  /// Returns the number of items so far, including the current one.
  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }

 private:
  const page* page_ = nullptr;
  json_cursor cursor_;
  const char* begin_ = nullptr;
  std::uint64_t delivered_ = 0;
};

/// Returns the error for a page whose items contradict its other parts.
[[nodiscard]] error broken_page(const page& of, std::string_view table);

/// Decodes items into objects of the caller, reusing their memory. Sets the acknowledgement of a
/// `tracked` struct.
template <streamable T>
class page_reader {
 public:
  explicit page_reader(arena& memory) : memory_(&memory) {}

  /// Starts reading a page. Lifetime: the page must outlive the reading.
  void open(const page& of) {
    page_ = &of;
    walk_ = item_walk(of);
  }

  /// Decodes the next item into `out`. Returns true, or false at the end. Does not throw.
  ///
  /// Errors: errc::invalid_value concerns only this item: the next call continues after it.
  /// Exceptions of a conversion or of a member of `T` are reported this way too, except
  /// std::bad_alloc, which is errc::out_of_memory.
  result<bool> next(T& out, std::string_view table) {
    if constexpr (is_tracked<T>) {
      if (auto passed = pass_over(); !passed) return std::move(passed).error();
    }
    switch (walk_.next()) {
      case item_walk::step::end:
        return false;
      case item_walk::step::malformed:
        return broken_page(*page_, table);
      case item_walk::step::item:
        break;
    }
    decode_context context(walk_.cursor(), *memory_);
    if (decode(context, out)) [[likely]] {
      walk_.cursor() = context.cursor;
      // Checked before the last item, and with it the page, can be acknowledged.
      if (!walk_.may_end_here()) return broken_page(*page_, table);
      if constexpr (is_tracked<T>) out.set_mark(mark());
      return true;
    }
    const bool item_alone = context.is_mismatch();
    error failure = context.take_error(table);
    failure.request_id = page_->request_id;
    if (item_alone && !walk_.cursor().skip_value()) return broken_page(*page_, table);
    if constexpr (is_tracked<T>) unfit_ = item_alone;
    return failure;
  }
  /// Returns the number of items so far, including those that could not be decoded.
  [[nodiscard]] std::uint64_t delivered() const { return walk_.delivered(); }

 private:
  [[nodiscard]] acknowledgement mark() const { return {page_->receipt, walk_.delivered() - 1, 1}; }
  // A caller that continues after an item that could not be decoded has processed it.
  result<void> pass_over()
    requires is_tracked<T>
  {
    return std::exchange(unfit_, false) ? mark().try_acknowledge() : result<void>();
  }

  bool decode(decode_context& context, T& out) {
    try {
      if constexpr (std::same_as<T, item>) {
        return parser_.parse(context, out);
      } else {
        return object_codec<T>::decode(context, out);
      }
    } catch (...) {
      return context.thrown();
    }
  }

  struct no_parser {};
  arena* memory_;
  const page* page_ = nullptr;
  item_walk walk_;
  [[no_unique_address]] std::conditional_t<std::same_as<T, item>, item_parser, no_parser> parser_;
  struct no_flag {};
  [[no_unique_address]] std::conditional_t<is_tracked<T>, bool, no_flag> unfit_{};
};

}  // namespace dynamo::detail
