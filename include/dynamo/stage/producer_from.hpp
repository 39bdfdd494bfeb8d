// A producer of a range's elements.
#pragma once

#include <dynamo/stage/delivery.hpp>
#include <dynamo/value/ownership.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <ranges>
#include <utility>

namespace dynamo::stage {

namespace detail {
template <class Range>
inline constexpr bool owns_its_elements = false;
template <class Range>
inline constexpr bool owns_its_elements<std::ranges::owning_view<Range>> = true;
}  // namespace detail

/// Emits the elements of a range on demand, and is complete when the range ends. The factory owns
/// the range: an object that is made after a crash continues where the last one was. The range is
/// read on the pool, by one thread at a time. Elements of an owned range are moved from, others are
/// copied.
template <std::ranges::input_range Range>
  requires std::ranges::view<Range>
class range_producer {
  static constexpr bool owned = detail::owns_its_elements<Range>;

  struct state {
    explicit state(Range of) : range(std::move(of)) {}
    Range range;
    std::optional<std::ranges::iterator_t<Range>> at;
    bool emitted = false;  // the element at `at`
  };

 public:
  using value_type = std::ranges::range_value_t<Range>;
  static_assert(std::ranges::forward_range<Range> || !dynamo::detail::holds_views<value_type>,
                "dynamo: elements of a single-pass range that view their page cannot be emitted: "
                "use std::string members.");
  static constexpr bool single_copy = true;

  explicit range_producer(Range range) : state_(std::make_shared<state>(std::move(range))) {}

  class producer {
   public:
    explicit producer(std::shared_ptr<state> of) : state_(std::move(of)) {}

    void on_demand(std::size_t count, emit<value_type> out) {
      if (!state_->at) state_->at.emplace(std::ranges::begin(state_->range));
      auto& at = *state_->at;
      const auto end = std::ranges::end(state_->range);
      // Only elements that were asked for are read: reading past the last one may send a request.
      // An element is passed once it was emitted, even if that throws.
      for (; count != 0; --count) {
        if (state_->emitted) {
          ++at;
          state_->emitted = false;
        }
        if (at == end) return out.complete();
        if constexpr (owned) {
          out(std::ranges::iter_move(at));
        } else {
          out(value_type(*at));
        }
        state_->emitted = true;
      }
    }

   private:
    std::shared_ptr<state> state_;
  };

  producer operator()() const { return producer(state_); }

 private:
  std::shared_ptr<state> state_;
};

/// Returns a producer of the elements of `range`. An rvalue is owned; an lvalue must outlive the
/// supervisor.
template <std::ranges::viewable_range Range>
[[nodiscard]] auto producer_from(Range&& range) {
  return range_producer<std::views::all_t<Range>>(std::views::all(std::forward<Range>(range)));
}

}  // namespace dynamo::stage
