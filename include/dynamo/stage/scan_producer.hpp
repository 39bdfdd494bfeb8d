// A producer of a table's items.
#pragma once

#include <dynamo/scan/page_reader.hpp>
#include <dynamo/scan/scan_options.hpp>
#include <dynamo/stage/delivery.hpp>
#include <dynamo/stage/page_feed.hpp>
#include <dynamo/value/item.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace dynamo::stage {

/// Scans a table and emits its items, `T` or `owned_item` for `item`: all segments at the same time
/// (8 unless the options say otherwise), only on demand. While the demand exceeds the items of the
/// pages received, a page is requested from each segment, within `max_concurrency`; without demand,
/// none is. Items are decoded on the pool. Complete when the scan is complete. Move-only; pass it
/// to `supervisor::start`.
///
/// A scan that fails is a crash. Its restart resumes each segment at its position, so that no item
/// is lost or emitted twice. An item that cannot be decoded as a `T` fails every restart too,
/// unless there is a function for such items (`on_invalid`).
///
/// With a checkpoint, `T` must be `tracked`, and the items must be acknowledged after the last
/// stage.
///
/// Cancellation: the destructor cancels the requests under way.
template <dynamo::detail::streamable T>
class scan_producer {
  static constexpr bool generic = std::is_same_v<T, item>;
  static_assert(generic || !dynamo::detail::holds_views<T>,
                "dynamo: items that a producer emits cannot view their pages: use std::string "
                "members.");

 public:
  using value_type = std::conditional_t<generic, owned_item, T>;
  static constexpr bool single_copy = true;

  /// Scans a `table<T>`, or another object that opens pages like it; it is copied. `on_invalid` is
  /// called on the pool with the error of each item that cannot be decoded as a `T`; the item is
  /// then skipped. Sends nothing.
  /// Throws errc::invalid_argument if an option is out of range or asks for a count.
  template <class Table>
    requires requires(const Table& of, const scan_options& options) {
      { of.pages(options, false) } -> std::same_as<page_source>;
      { of.name() } -> std::convertible_to<std::string>;
    }
  explicit scan_producer(const Table& of, scan_options options = {},
                         std::function<void(const error&)> on_invalid = {})
      : state_(std::make_shared<state>(
            [of](const scan_options& with) { return of.pages(with, false); },
            markable(std::move(options)), of.name(), std::move(on_invalid))) {}
  scan_producer(scan_producer&&) noexcept = default;
  scan_producer& operator=(scan_producer&&) noexcept = default;

  class producer;
  producer operator()() const { return producer(state_); }

 private:
  static scan_options markable(scan_options options) {
    if (!dynamo::detail::is_tracked<T>) detail::require_no_checkpoint(options);
    return options;
  }

  struct state {
    state(detail::page_feed::opener opener, scan_options options, std::string table,
          std::function<void(const error&)> skip)
        : feed(std::move(opener), std::move(options), std::move(table)),
          on_invalid(std::move(skip)) {}

    detail::page_feed feed;
    std::function<void(const error&)> on_invalid;
    dynamo::detail::arena memory;
    dynamo::detail::page_reader<T> reader{memory};
    const page* open = nullptr;   // the page that the reader is in
    std::optional<error> broken;  // an item or a page that every restart would fail at
  };

  std::shared_ptr<state> state_;
};

template <dynamo::detail::streamable T>
class scan_producer<T>::producer {
 public:
  explicit producer(std::shared_ptr<state> of) : state_(std::move(of)) {}

  void on_start(waker wake) { state_->feed.on_page(std::move(wake)); }

  void on_demand(std::size_t count, emit<value_type> out) {
    if (state_->broken) dynamo::detail::throw_failure(*state_->broken);
    // The rest is emitted in further calls, after the turns of other stages: consumers then find
    // these events in a cache.
    count = std::min(count, at_a_time);
    while (out.count() < count) {
      page* const at_hand = state_->feed.current();
      if (state_->feed.is_complete() && at_hand == nullptr) return out.complete();
      if (at_hand == nullptr) return state_->feed.request();
      if (state_->open != at_hand) {
        state_->reader.open(*at_hand);
        state_->open = at_hand;
      }
      if (!read(count, out)) {
        state_->feed.finish_page();
        state_->open =
            nullptr;  // only now: if the page were opened again, its items would be emitted twice
      }
    }
  }

 private:
  static constexpr std::size_t at_a_time = 32;

  // Returns false if the page has no more items.
  bool read(std::size_t count, const emit<value_type>& out) {
    while (out.count() < count) {
      const result<bool> there = next(out);
      if (!there) {
        skip(there.error());
      } else if (!*there) {
        return false;
      }
    }
    return true;
  }
  // Emits an item, if the page has another one.
  result<bool> next(const emit<value_type>& out) {
    result<bool> there = false;
    auto decode = [&](T& into) {
      there = state_->reader.next(into, state_->feed.table());
      return there && *there;
    };
    try {
      state_->memory.clear();
      if constexpr (generic) {
        if (decode(item_)) out(item_.to_owned());
      } else {
        out.in_place(decode);
      }
    } catch (...) {
      // The reader may be past an item that was not emitted: continuing would lose it.
      state_->broken = dynamo::detail::caught_error();
      throw;
    }
    return there;
  }
  void skip(error failure) {
    if (failure.kind == errc::invalid_value && state_->on_invalid) {
      state_->on_invalid(failure);
      return;
    }
    state_->broken = failure;
    dynamo::detail::throw_failure(failure);
  }

  struct no_item {};
  std::shared_ptr<state> state_;
  [[no_unique_address]] std::conditional_t<generic, item, no_item> item_;
};

}  // namespace dynamo::stage
