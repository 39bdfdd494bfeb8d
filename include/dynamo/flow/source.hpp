// Sources of a flow: scans, ranges, and types that model `source`.
#pragma once

#include <dynamo/flow/options.hpp>
#include <dynamo/flow/stage_threads.hpp>
#include <dynamo/flow/step.hpp>
#include <dynamo/scan/page_reader.hpp>
#include <dynamo/scan/page_source.hpp>
#include <dynamo/stream/scan_stream.hpp>

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <mutex>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo::flow {

/// A custom source of a flow, besides scans and ranges.
///
/// `pull(into, most)` blocks until there are events, and appends 1 to `most` of them to the empty
/// vector `into`. It returns false at the end: nothing was appended, and every further call returns
/// the same. All first stages of the flow call it concurrently. An exception ends the flow.
///
/// Cancellation: `cancel()` is called at most once, on any thread, if the flow ends before its
/// source. Calls that wait in `pull` must then return soon, with any result. It must not throw.
template <class S>
concept source = std::movable<S> &&
                 requires(S& from, std::vector<typename S::value_type>& into, std::size_t most) {
                   { from.pull(into, most) } -> std::same_as<bool>;
                   from.cancel();
                 };

namespace detail {

inline constexpr step_place source_place{.operation = "source", .number = 0};

/// Throws errc::invalid_argument: the events of a flow with a checkpoint must be `tracked`.
[[noreturn]] void refuse_checkpoint();

// Every feed has `out`, the type in which its events are passed on; `feed(of, chain)`, which pushes
// events until there are no more, and is called by many stages at once; and `cancel()`.

/// Pages of a scan, each decoded by the stage that pulled it, item by item into one object.
template <class T>
class scan_feed {
 public:
  using out = T&&;

  explicit scan_feed(scan_stream<T>&& from) : parts_(std::move(from).into_parts()) {
    if (!dynamo::detail::is_tracked<T> && parts_.source.has_checkpoint()) refuse_checkpoint();
  }

  template <class Chain>
  void feed(const stage_threads& of, Chain& chain, std::size_t) {
    dynamo::detail::arena memory;
    dynamo::detail::page_reader<T> reader(memory);
    T current = call(source_place, [] { return T{}; });
    for (std::optional<page> at_hand; (at_hand = next_page());) {
      reader.open(*at_hand);
      while (!of.ending() && next_item(reader, memory, current)) {
        chain.push(static_cast<T&&>(current));
      }
      if (of.ending()) return;
      // Frees the page's memory before the stage waits for anything.
      at_hand.reset();
      chain.batch_end();
    }
  }
  void cancel() { parts_.source.cancel(); }

 private:
  std::optional<page> next_page() {
    return call(source_place, [this] { return parts_.source.next().value(); });
  }
  bool next_item(dynamo::detail::page_reader<T>& reader, dynamo::detail::arena& memory, T& into) {
    memory.clear();
    auto more = reader.next(into, parts_.table);
    if (!more) [[unlikely]] {
      call(source_place, [&] { more.value(); });
    }
    return *more;
  }

  typename scan_stream<T>::parts parts_;
};

/// A range of existing elements: stages take turns at slices of it, and read them in place.
template <class View, bool Owned>
class slice_feed {
  using value_type = std::ranges::range_value_t<View>;

 public:
  using out = std::conditional_t<
      Owned && !std::is_const_v<std::remove_reference_t<std::ranges::range_reference_t<View>>>,
      value_type&&, const value_type&>;

  explicit slice_feed(View over) : over_(std::move(over)) {}
  slice_feed(slice_feed&& other) noexcept : over_(std::move(other.over_)) {}

  template <class Chain>
  void feed(const stage_threads& of, Chain& chain, std::size_t batch) {
    const auto first = std::ranges::begin(over_);
    const auto size = static_cast<std::size_t>(std::ranges::size(over_));
    for (;;) {
      const std::size_t begin = next_.fetch_add(batch, std::memory_order_relaxed);
      if (begin >= size) return;
      const std::size_t end = std::min(size, begin + batch);
      for (std::size_t i = begin; i < end; ++i) {
        if (of.ending()) return;
        chain.push(static_cast<out>(first[static_cast<std::ranges::range_difference_t<View>>(i)]));
      }
      chain.batch_end();
    }
  }
  void cancel() {}

 private:
  View over_;
  std::atomic<std::size_t> next_ = 0;
};

/// Any other range: one stage at a time takes a batch of values from it.
template <class View>
class range_feed {
  using value_type = std::ranges::range_value_t<View>;
  static_assert(!dynamo::detail::holds_views<value_type>,
                "dynamo: flow: a range's elements wait in a batch, where views do not live: give "
                "from() the stream itself, or make owning values first.");

 public:
  using out = value_type&&;

  explicit range_feed(View over) : over_(std::move(over)) {}
  range_feed(range_feed&& other) noexcept : over_(std::move(other.over_)) {}

  template <class Chain>
  void feed(const stage_threads& of, Chain& chain, std::size_t batch) {
    std::vector<value_type> values;
    for (;;) {
      values.clear();
      {
        const std::lock_guard lock(mutex_);
        if (of.ending()) return;
        call(source_place, [&] { fill(values, batch); });
      }
      if (values.empty()) return;
      for (value_type& each : values) {
        if (of.ending()) return;
        chain.push(std::move(each));
      }
      chain.batch_end();
    }
  }
  void cancel() {}

 private:
  // With the lock held.
  void fill(std::vector<value_type>& values, std::size_t batch) {
    if (ended_) return;
    // Reset below: a range that has thrown is not used any more.
    ended_ = true;
    if (!at_) at_.emplace(std::ranges::begin(over_));
    while (values.size() < batch) {
      if (*at_ == std::ranges::end(over_)) return;
      values.emplace_back(**at_);
      ++*at_;
    }
    ended_ = false;
  }

  View over_;
  std::mutex mutex_;
  std::optional<std::ranges::iterator_t<View>> at_;
  bool ended_ = false;
};

/// A custom source.
template <source S>
class source_feed {
  using value_type = typename S::value_type;

 public:
  using out = value_type&&;

  explicit source_feed(S from) : from_(std::move(from)) {}

  template <class Chain>
  void feed(const stage_threads& of, Chain& chain, std::size_t batch) {
    std::vector<value_type> values;
    for (;;) {
      values.clear();
      if (of.ending()) return;
      if (!call(source_place, [&] { return from_.pull(values, batch); })) return;
      for (value_type& each : values) {
        if (of.ending()) return;
        chain.push(std::move(each));
      }
      chain.batch_end();
    }
  }
  void cancel() { from_.cancel(); }

 private:
  S from_;
};

template <class Range>
concept readable_in_place =
    std::ranges::random_access_range<Range> && std::ranges::sized_range<Range> &&
    std::is_lvalue_reference_v<std::ranges::range_reference_t<Range>>;

template <class Range>
auto feed_of_range(Range&& range) {
  using view = std::views::all_t<Range>;
  if constexpr (readable_in_place<view>) {
    // A container that was moved in belongs to the flow; the elements that a view refers to do not.
    constexpr bool owned =
        !std::is_lvalue_reference_v<Range> && !std::ranges::view<std::remove_cvref_t<Range>>;
    return slice_feed<view, owned>(std::views::all(std::forward<Range>(range)));
  } else {
    return range_feed<view>(std::views::all(std::forward<Range>(range)));
  }
}

}  // namespace detail
}  // namespace dynamo::flow
