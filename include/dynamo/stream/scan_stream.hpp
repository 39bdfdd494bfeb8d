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

/// The items of a scan as a `std::ranges::input_range`, fetched page by page on demand. Move-only,
/// single pass. Nothing is sent before `begin() == end()` or `*begin()` is evaluated; incrementing
/// sends nothing either, so `std::views::take(n)` fetches no page without need. The destructor
/// cancels running requests, also before the end of the range.
///
/// A reference is valid until the iterator is incremented. The referenced object is reused for the
/// next item, so it may be moved from.
///
/// Throws `dynamo::exception` in place of the item that could not be read, after every item that
/// was fetched before. Thread safety: one thread at a time.
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

  /// Returns a pointer to the next item, or null at the end; does not throw. The pointer is valid
  /// until the next call. After an errc::invalid_value error, which concerns one item, the next
  /// call continues with the item after it; after any other error the stream has ended and returns
  /// the same error again.
  result<T*> try_next() { return state_->next(); }

  /// Returns the stream as a range of decoded pages. Do not mix it with the other ways of reading.
  [[nodiscard]] batch_range batches() & { return batch_range(*state_); }
  /// Returns the stream as a range of `result<T>`, for loops that must not throw. The range ends
  /// after an error that ends the stream.
  [[nodiscard]] result_range as_results() & { return result_range(*state_); }

  /// Returns the counts so far. Thread safety: may be called at any time.
  [[nodiscard]] scan_progress progress() const { return state_->source.progress(); }
  /// Returns what was read of each segment, and how it ended. Thread safety: may be called at any
  /// time.
  [[nodiscard]] scan_summary summary() const { return state_->source.summary(); }

  /// Reports that all items returned so far, including the current one, were processed: the scan's
  /// checkpoint may advance past them. Without a checkpoint it does nothing. For streams that are
  /// read item by item; batches have their own `acknowledge`. Not for tracked items, which are
  /// acknowledged one by one.
  ///
  /// Throws if the checkpoint could not be saved; the items stay acknowledged. Thread safety: call
  /// it on the thread that reads.
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
  /// Returns the checkpoint from which this scan resumed; nothing if there is no checkpoint or it
  /// was empty.
  [[nodiscard]] std::optional<resumed_scan> resumed() const { return state_->source.resumed(); }
  /// Saves the checkpoint now, if a position has advanced since the last save.
  void save_checkpoint() { try_save_checkpoint().value(); }
  result<void> try_save_checkpoint() { return state_->source.try_save_checkpoint(); }

  /// The parts of a stream.
  struct parts {
    page_source source;
    std::string table;
  };
  /// Returns the parts, for code that pulls and decodes the pages on its own threads.
  ///
  /// Throws errc::invalid_argument if the stream was already read from: items would be lost.
  /// Reading through `batches()` is not detected.
  [[nodiscard]] parts into_parts() && {
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
        // Frees the page's memory before the next page is requested.
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
  // Remembers the pages to acknowledge. Not for tracked items, which are acknowledged one by one:
  // their pages would accumulate.
  void keep_for_later() {
    if constexpr (!detail::is_tracked<T>) {
      if (current_page->receipt) unacknowledged.push_back(at_hand());
    }
  }
  // Covers the items read from the current page.
  [[nodiscard]] acknowledgement at_hand() const {
    return {current_page->receipt, 0, reader.delivered()};
  }

  // Creates the object that items are decoded into. Returns false if its constructor threw.
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
  std::vector<acknowledgement> unacknowledged;  // parts of pages that were returned
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
    if (!fetched_) at();  // two increments skip an item even if it was not dereferenced
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
  mutable bool fetched_ = false;  // false: the next item is not fetched yet
};

/// Pages as a single-pass range of `batch<T>&`; a batch can be moved from to keep it. An error,
/// also of a single item, ends the range: it is thrown after a batch of the items before it, and on
/// every later access.
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
        fetched_ = !current_.empty();  // pages without items are normal and skipped
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
  // Returns the item's memory to the stream for the next item.
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
