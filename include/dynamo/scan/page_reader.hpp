// Decodes the items of one page, one by one, on the thread that pulls.
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

/// What a stream can be of: a mapped struct, or `item`.
template <class T>
concept streamable = mapped<T> || std::same_as<T, item>;

/// Walks over the items of a page. The page must outlive the walk. Not thread-safe.
class item_walk {
 public:
  enum class step : std::uint8_t { item, end, malformed };

  item_walk() = default;
  explicit item_walk(const page& of) : page_(&of), cursor_(of.items_begin()) {}

  /// False if the item at hand, which was read, is the last one that was counted, but not the last
  /// one of the page.
  [[nodiscard]] bool may_end_here() const {
    if (delivered_ != page_->count()) [[likely]]
      return true;
    json_cursor behind = cursor_;
    return behind.consume(']') && page_->ends_items(behind.position());
  }
  /// Moves to the next item, or checks the page's end: every item that the service counted must
  /// have been there.
  step next();

  [[nodiscard]] json_cursor& cursor() { return cursor_; }
  /// Where the item at hand begins.
  [[nodiscard]] const char* item_begin() const { return begin_; }
  /// Items so far, the one at hand included.
  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }

 private:
  const page* page_ = nullptr;
  json_cursor cursor_;
  const char* begin_ = nullptr;
  std::uint64_t delivered_ = 0;
};

/// The error for a page whose items are not what its other parts say.
[[nodiscard]] error broken_page(const page& of, std::string_view table);

/// Decodes into objects of the caller's, reusing their memory. A `tracked` struct gets its mark.
template <streamable T>
class page_reader {
 public:
  explicit page_reader(arena& memory) : memory_(&memory) {}

  /// Begins with a page, which must outlive its reading.
  void open(const page& of) {
    page_ = &of;
    walk_ = item_walk(of);
  }

  /// Decodes the next item into `out`: true, or false at the end. An error of kind
  /// errc::invalid_value is about this item alone: the next call continues after it. It is also
  /// what a conversion or a member of `T` throws. Does not throw.
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
      // Before somebody acknowledges the last item, and with it the page.
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
  /// Items so far, those that did not fit included.
  [[nodiscard]] std::uint64_t delivered() const { return walk_.delivered(); }

 private:
  [[nodiscard]] acknowledgement mark() const { return {page_->receipt, walk_.delivered() - 1, 1}; }
  // Who goes on behind an item that did not fit has dealt with it.
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
