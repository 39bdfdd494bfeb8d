// Functions that create a scan's messages for its receiver.
#pragma once

#include <dynamo/process/scan_messages.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo {
namespace detail {

template <class T>
using batch_home = std::shared_ptr<batch_pool<T>>;

/// Creates a message from an item, a batch, or either, depending on what the function accepts.
template <class T, class M>
class item_format {
 public:
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, item_format>)
  // NOLINTNEXTLINE(google-explicit-constructor): a function is given as it is
  item_format(F function) {
    constexpr bool of_items = std::is_invocable_r_v<M, F&, T&&>;
    constexpr bool of_batches = std::is_invocable_r_v<M, F&, std::vector<T>&&>;
    static_assert(of_items || of_batches,
                  "dynamo: message_format takes an item or a std::vector of items, and returns the "
                  "mailbox's message.");
    if constexpr (of_batches) {
      batch_ = [function](std::vector<T>&& items, std::size_t, const batch_home<T>&,
                          std::vector<acknowledgement>&&) mutable -> M {
        return std::invoke(function, std::move(items));
      };
    }
    if constexpr (of_items) {
      item_ = [function = std::move(function)](T&& item, std::size_t,
                                               acknowledgement&&) mutable -> M {
        return std::invoke(function, std::move(item));
      };
    }
  }

  /// Creates the scan's default messages that `M` can be constructed from.
  static item_format own() {
    constexpr bool of_items = std::constructible_from<M, scan_item<T>>;
    constexpr bool of_batches = std::constructible_from<M, scan_batch<T>>;
    static_assert(of_items || of_batches,
                  "dynamo: the mailbox's message cannot be made from dynamo::scan_item or "
                  "dynamo::scan_batch: give message_format.");
    item_format made;
    made.own_ = true;
    if constexpr (of_items) {
      made.item_ = [](T&& item, std::size_t bytes, acknowledgement&& mark) {
        return M(scan_item<T>{std::move(item), bytes, std::move(mark)});
      };
    }
    if constexpr (of_batches) {
      made.batch_ = [](std::vector<T>&& items, std::size_t bytes, const batch_home<T>& home,
                       std::vector<acknowledgement>&& marks) {
        return M(scan_batch<T>(std::move(items), bytes, home, std::move(marks)));
      };
    }
    return made;
  }

  [[nodiscard]] bool is_own() const noexcept { return own_; }
  [[nodiscard]] bool makes_items() const noexcept { return item_ != nullptr; }
  [[nodiscard]] bool makes_batches() const noexcept { return batch_ != nullptr; }
  M of_item(T&& item, std::size_t bytes, acknowledgement&& mark) const {
    return item_(std::move(item), bytes, std::move(mark));
  }
  M of_batch(std::vector<T>&& items, std::size_t bytes, const batch_home<T>& home,
             std::vector<acknowledgement>&& marks) const {
    return batch_(std::move(items), bytes, home, std::move(marks));
  }

 private:
  item_format() = default;
  bool own_ = false;
  std::function<M(T&&, std::size_t, acknowledgement&&)> item_;
  std::function<M(std::vector<T>&&, std::size_t, const batch_home<T>&,
                  std::vector<acknowledgement>&&)>
      batch_;
};

/// Creates a message from an error, and from the summary if the function accepts one.
template <class M>
class error_format {
 public:
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, error_format>)
  // NOLINTNEXTLINE(google-explicit-constructor): a function is given as it is
  error_format(F function) {
    constexpr bool with_summary = std::is_invocable_r_v<M, F&, const error&, const scan_summary&>;
    constexpr bool alone = std::is_invocable_r_v<M, F&, const error&>;
    static_assert(with_summary || alone,
                  "dynamo: error_message takes a dynamo::error, or that and a "
                  "dynamo::scan_summary, and returns the mailbox's message.");
    if constexpr (with_summary) {
      make_ = std::move(function);
    } else if constexpr (alone) {
      make_ = [function = std::move(function)](const error& failure,
                                               const scan_summary&) mutable -> M {
        return std::invoke(function, failure);
      };
    }
  }

  static error_format own() {
    static_assert(std::constructible_from<M, scan_error>,
                  "dynamo: the mailbox's message cannot be made from dynamo::scan_error: give "
                  "error_message.");
    return [](const error& failure, const scan_summary& summary) {
      return M(scan_error{failure, summary});
    };
  }

  M operator()(const error& failure, const scan_summary& summary) const {
    return make_(failure, summary);
  }

 private:
  std::function<M(const error&, const scan_summary&)> make_;
};

template <class M>
std::function<M(const scan_summary&)> own_completion() {
  static_assert(std::constructible_from<M, scan_complete>,
                "dynamo: the mailbox's message cannot be made from dynamo::scan_complete: give "
                "completion_message.");
  return [](const scan_summary& summary) { return M(scan_complete{summary}); };
}

}  // namespace detail

/// Functions that create custom messages. The default of each creates the corresponding alternative
/// of `scan_message`; it does not compile if the receiver's message cannot be constructed from
/// that. The functions are called on the scan's thread, one at a time. A function that throws ends
/// the scan; `scan_task::wait` rethrows the exception.
template <class T, class M>
struct message_formats {
  /// From an item (`T`) without `scan_options::batch_size`, or from a `std::vector<T>` with it.
  detail::item_format<T, M> message_format = detail::item_format<T, M>::own();
  /// From the `scan_summary` of a complete scan.
  std::function<M(const scan_summary&)> completion_message = detail::own_completion<M>();
  /// From the `error` of a scan that failed or was cancelled, and its `scan_summary` if the
  /// function accepts it.
  detail::error_format<M> error_message = detail::error_format<M>::own();
};

}  // namespace dynamo
