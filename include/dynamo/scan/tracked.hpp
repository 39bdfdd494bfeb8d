// Tracked items: structs that carry their acknowledgement.
#pragma once

#include <dynamo/scan/acknowledgement.hpp>
#include <dynamo/value/mapping.hpp>

#include <utility>

namespace dynamo {

/// A mapped struct with its acknowledgement, for scans with a checkpoint whose items pass through
/// stages, flows or custom messages: use `table<tracked<user>>` instead of `table<user>`. It
/// derives from `T` and has the mapping of `T`. Every item must be acknowledged eventually, also
/// those that a filter drops: an item that is never acknowledged stops the position of its segment.
template <mapped T>
class tracked : public T {
 public:
  /// Reports that the item was processed. Calling it again has no effect.
  ///
  /// Throws if the checkpoint could not be saved.
  void acknowledge() const { mark_.acknowledge(); }
  result<void> try_acknowledge() const { return mark_.try_acknowledge(); }

  /// Sets the acknowledgement. For code that decodes pages itself.
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
