// Assigns keys to stages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace dynamo::flow {

/// The hash of partitions and of the tables of `group_by` and `uniq_by`: `std::hash` with mixed
/// bits, since the hash of an integer is often the integer itself. Accepts pairs and tuples of
/// keys. The same key has the same hash during a run of the program, but not across runs.
struct key_hash {
  using is_transparent = void;

  template <class Key>
  [[nodiscard]] std::size_t operator()(const Key& key) const {
    if constexpr (std::is_convertible_v<const Key&, std::string_view>) {
      return mix(std::hash<std::string_view>()(key));
    } else if constexpr (requires { std::hash<Key>()(key); }) {
      return mix(std::hash<Key>()(key));
    } else {
      static_assert(
          requires { std::tuple_size<Key>::value; },
          "dynamo: flow: a key needs a std::hash, or is a pair or a tuple of such.");
      return std::apply(
          [this](const auto&... part) {
            std::size_t all = 0;
            ((all = mix(all ^ (*this)(part))), ...);
            return all;
          },
          key);
    }
  }

 private:
  // The finalizer of splitmix64: every bit of the input reaches every bit of the output.
  static constexpr std::size_t mix(std::size_t value) noexcept {
    std::uint64_t bits = value + 0x9E3779B97F4A7C15U;
    bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
    return static_cast<std::size_t>(bits ^ (bits >> 31U));
  }
};

namespace detail {

/// A key as a table stores it: text is copied.
template <class Key>
using kept_key = std::conditional_t<std::is_convertible_v<const Key&, std::string_view>,
                                    std::string, std::remove_cvref_t<Key>>;

}  // namespace detail
}  // namespace dynamo::flow
