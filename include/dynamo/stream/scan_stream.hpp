// Lazy ranges over a table's items.
#pragma once

#include <dynamo/scan/acknowledgement.hpp>
#include <dynamo/scan/batch.hpp>
#include <dynamo/scan/page_reader.hpp>
#include <dynamo/scan/page_source.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace dynamo {

/// The items of a scan as a `std::ranges::input_range`, fetched page by page as they are asked for.
/// Move-only, single pass, for one thread at a time. Nothing is sent before `begin() == end()` or
/// `*begin()` is asked; incrementing sends nothing either, so `std::views::take(n)` fetches no page
/// that nobody reads. Its end, early or not, cancels the requests under way.
///
/// A reference is valid until the iterator is incremented; the object behind it is decoded into
/// again, so moving from it is fine. Errors are thrown as `dynamo::exception` where the item would
/// have been: after every item that was fetched before.
template <detail::streamable T>
class scan_stream {
  struct state;

 public:
  class iterator;
  class batch_range;
  class result_range;

  scan_stream(page_source source, std::string table)
      : state_(std::make_unique<state>(std::move(source), std::move(table))) {}

  [[nodiscard]] iterator begin() { return iterator(*state_); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

  /// The next item without exceptions; null at the end. Valid until the next call. After an error
  /// of kind errc::invalid_value, which is about one item, the next call goes on behind that item;
  /// after any other the stream has ended and gives the same error again.
  result<T*> try_next() { return state_->next(); }

  /// The stream as a range of whole pages, decoded. Do not mix with the other ways of reading.
  [[nodiscard]] batch_range batches() & { return batch_range(*state_); }
  /// The stream as a range of `result<T>`, for loops that must not throw. Ends behind an error
  /// that ends the stream.
  [[nodiscard]] result_range as_results() & { return result_range(*state_); }

  /// Thread-safe, at any time.
  [[nodiscard]] scan_progress progress() const { return state_->source.progress(); }
  /// What was read of each segment, and how it ended. Thread-safe, at any time.
  [[nodiscard]] scan_summary summary() const { return state_->source.summary(); }

  /// Every item that was handed out so far was dealt with, the one at hand too: the scan's
  /// checkpoint may move behind them. For streams that are read item by item; a batch has its own.
  /// Without a checkpoint it does nothing. Throws if the checkpoint could not be saved; what was
  /// acknowledged stays so. On the thread that reads. Not for tracked items, which acknowledge
  /// themselves.
  void acknowledge()
    requires(!detail::is_tracked<T>)
  {
    try_acknowledge().value();
  }
  result<void> try_acknowledge()
    requires(!detail::is_tracked<T>)
  {
    return state_->acknowledge();
  }
  /// What the checkpoint told when this scan began; nothing without one, or if it was empty.
  [[nodiscard]] std::optional<resumed_scan> resumed() const { return state_->source.resumed(); }
  /// Saves the checkpoint now, if a position has moved since.
  void save_checkpoint() { try_save_checkpoint().value(); }
  result<void> try_save_checkpoint() { return state_->source.try_save_checkpoint(); }

  /// What a stream is made of.
  struct parts {
    page_source source;
    std::string table;
  };
  /// For those who pull and decode the pages themselves, on threads of their own. Throws
  /// errc::invalid_argument if the stream was read from: items would be lost.
  [[nodiscard]] parts take_apart() && {
    if (state_->current_page || state_->ended || state_->failure) {
      throw exception({.kind = errc::invalid_argument,
                       .message = "the stream was read from: hand it on before its first item"});
    }
    return {std::move(state_->source), std::move(state_->table)};
  }

 private:
  std::unique_ptr<state> state_;  // on the heap, so that iterators survive a move
};

template <detail::streamable T>
struct scan_stream<T>::state {
  state(page_source from, std::string name) : source(std::move(from)), table(std::move(name)) {}

  result<T*> next() {
    for (;;) {
      if (failure) return *failure;
      if (current_page) {
        memory.clear();
        auto more = reader.next(*current, table);
        if (!more) {
          if (more.error().kind != errc::invalid_value) fail(more.error());
          return std::move(more).error();
        }
        if (*more) return &*current;
        keep_for_later();
        // The page's memory is free before the next page is asked for.
        current_page.reset();
      }
      if (ended) return nullptr;
      if (!make_current()) continue;
      auto arrived = source.next();
      if (!arrived) {
        fail(arrived.error());
      } else if (!*arrived) {
        ended = true;
      } else {
        current_page = *std::move(*arrived);
        reader.open(*current_page);
      }
    }
  }

  result<void> acknowledge() {
    if (current_page) keep_for_later();
    result<void> outcome;
    for (const acknowledgement& each : unacknowledged) {
      if (auto told = each.try_acknowledge(); !told) outcome = std::move(told);
    }
    unacknowledged.clear();
    return outcome;
  }
  // What `acknowledge` is for. The pages of tracked items, which acknowledge themselves, would heap
  // up.
  void keep_for_later() {
    if constexpr (!detail::is_tracked<T>) {
      if (current_page->receipt) unacknowledged.push_back(at_hand());
    }
  }
  // What was read of the page at hand.
  [[nodiscard]] acknowledgement at_hand() const {
    return {current_page->receipt, 0, reader.delivered()};
  }

  // The object that items are decoded into. False if its constructor has thrown.
  bool make_current() {
    if (current) return true;
    try {
      current.emplace();
      return true;
    } catch (...) {
      fail(detail::thrown_by_item(table));
      return false;
    }
  }

  void fail(const error& reason) {
    failure = reason;
    current_page.reset();
  }

  page_source source;
  std::string table;
  detail::arena memory;
  detail::page_reader<T> reader{memory};
  std::optional<page> current_page;
  std::optional<T> current;
  bool ended = false;
  std::optional<error> failure;
  std::vector<acknowledgement> unacknowledged;  // parts of pages that were handed out
};

template <detail::streamable T>
class scan_stream<T>::iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;

  T& operator*() const { return *at(); }
  T* operator->() const { return at(); }
  iterator& operator++() {
    if (!fetched_) at();  // two increments skip an item even if nobody looked at it
    fetched_ = false;
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const iterator& i, std::default_sentinel_t) { return i.at() == nullptr; }

 private:
  friend class scan_stream;
  explicit iterator(state& of) : state_(&of) {}

  T* at() const {
    if (!fetched_) {
      item_ = state_->next().value();
      fetched_ = true;
    }
    return item_;
  }

  state* state_;
  mutable T* item_ = nullptr;
  mutable bool fetched_ = false;  // false: the next item is wanted, but nobody has asked for it
};

/// Pages as a single-pass range of `batch<T>&`; moving from a batch keeps it. An error, also of a
/// single item, ends it: it is thrown behind a batch of the items before, and again from then on.
template <detail::streamable T>
class scan_stream<T>::batch_range {
 public:
  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = batch<T>;
    using difference_type = std::ptrdiff_t;

    batch<T>& operator*() const {
      range_->fetch();
      return range_->current_;
    }
    iterator& operator++() {
      range_->fetch();
      range_->fetched_ = false;
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& i, std::default_sentinel_t) { return i.at_end(); }

   private:
    friend class batch_range;
    [[nodiscard]] bool at_end() const {
      range_->fetch();
      return range_->ended_;
    }
    explicit iterator(batch_range& of) : range_(&of) {}
    batch_range* range_;
  };

  [[nodiscard]] iterator begin() { return iterator(*this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  friend class scan_stream;
  explicit batch_range(state& of) : state_(&of) {}

  void fetch() {
    while (!fetched_ && !ended_) {
      if (failure_) detail::throw_failure(*failure_);
      if constexpr (detail::holds_views<T>) current_ = {};
      auto arrived = state_->source.next();
      if (!arrived) {
        failure_ = std::move(arrived).error();
      } else if (!*arrived) {
        ended_ = true;
      } else {
        auto read = current_.read(*std::move(*arrived), state_->table);
        if (!read) failure_ = std::move(read).error();
        fetched_ = !current_.empty();  // pages without items are normal, and of no use
      }
    }
  }

  state* state_;
  batch<T> current_;
  std::optional<error> failure_;
  bool fetched_ = false;
  bool ended_ = false;
};

/// Items and errors as a single-pass range of `result<T>&`.
template <detail::streamable T>
class scan_stream<T>::result_range {
 public:
  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = result<T>;
    using difference_type = std::ptrdiff_t;

    result<T>& operator*() const {
      range_->fetch();
      return *range_->current_;
    }
    iterator& operator++() {
      range_->fetch();
      range_->release();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& i, std::default_sentinel_t) { return i.at_end(); }

   private:
    friend class result_range;
    [[nodiscard]] bool at_end() const {
      range_->fetch();
      return !range_->current_;
    }
    explicit iterator(result_range& of) : range_(&of) {}
    result_range* range_;
  };

  [[nodiscard]] iterator begin() { return iterator(*this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  friend class scan_stream;
  explicit result_range(state& of) : state_(&of) {}

  void fetch() {
    if (current_ || ended_) return;
    auto next = state_->next();
    if (!next) {
      ended_ = state_->failure.has_value();
      current_ = std::move(next).error();
    } else if (*next == nullptr) {
      ended_ = true;
    } else {
      try {
        current_.emplace(std::move(**next));
      } catch (...) {
        current_.emplace(detail::thrown_by_item(state_->table));
      }
    }
  }
  // Gives the item's memory back to the stream for the next one.
  void release() {
    if (current_ && *current_) {
      try {
        *state_->current = std::move(**current_);
        // NOLINTNEXTLINE(bugprone-empty-catch): the next item is decoded over what is here
      } catch (...) {
      }
    }
    current_.reset();
  }

  state* state_;
  std::optional<result<T>> current_;
  bool ended_ = false;
};

}  // namespace dynamo
