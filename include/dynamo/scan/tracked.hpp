// Items that say for themselves that they were dealt with.
#pragma once

#include <dynamo/scan/acknowledgement.hpp>
#include <dynamo/value/mapping.hpp>

#include <utility>

namespace dynamo {

/// A mapped struct with its acknowledgement, for scans that keep a checkpoint while their items go
/// through stages, flows or messages of one's own: `table<tracked<user>>` instead of `table<user>`.
/// It is a `T`, and is mapped as one. Every item must be acknowledged in the end, those that a
/// filter leaves out too: an item that never is holds the position of its segment back.
template <mapped T>
class tracked : public T {
 public:
  /// The item was dealt with. Again: no effect. Throws if the checkpoint could not be saved.
  void acknowledge() const { mark_.acknowledge(); }
  result<void> try_acknowledge() const { return mark_.try_acknowledge(); }

  /// For those who decode pages themselves.
  void set_mark(acknowledgement mark) noexcept { mark_ = std::move(mark); }

 private:
  acknowledgement mark_;
};

template <mapped T>
inline constexpr auto mapping<tracked<T>> = mapping<T>;

namespace detail {

template <class T>
inline constexpr bool is_tracked = false;
template <class T>
inline constexpr bool is_tracked<tracked<T>> = true;

}  // namespace detail
}  // namespace dynamo
