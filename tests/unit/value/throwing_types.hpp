// Types that throw what a test tells them to.
#pragma once

#include <dynamo/core/error.hpp>
#include <dynamo/value/mapping.hpp>

#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::test {

/// A text that tells its conversion what to throw: "throw", "throw 7", "throw error",
/// "throw bad_alloc", "throw when assigned".
struct picky {
  picky() = default;
  explicit picky(std::string from) : text(std::move(from)) {}
  picky(const picky&) = default;
  picky(picky&&) = default;
  picky& operator=(const picky&) = default;
  picky& operator=(picky&& other) {
    if (other.text == "throw when assigned") throw std::logic_error("not assigned");
    text = std::move(other.text);
    return *this;
  }
  ~picky() = default;

  std::string text;
};

inline void throw_as_told(std::string_view text) {
  if (text == "throw") throw std::range_error("too picky");
  if (text == "throw 7") throw 7;
  if (text == "throw error") throw exception({.kind = errc::cancelled, .message = "no number"});
  if (text == "throw bad_alloc") throw std::bad_alloc();
}

}  // namespace dynamo::test

template <>
struct dynamo::conversion<dynamo::test::picky> {
  static constexpr bool views = false;
  static std::string to_attribute(const test::picky& value) {
    test::throw_as_told(value.text);
    return value.text;
  }
  static std::optional<test::picky> from_attribute(std::string_view text) {
    test::throw_as_told(text);
    return test::picky(std::string(text));
  }
};

namespace dynamo::test {

/// An item whose stamp may throw when it is read or written.
struct stamped_parcel {
  std::string id;
  picky stamp;
};

}  // namespace dynamo::test

template <>
inline constexpr auto dynamo::mapping<dynamo::test::stamped_parcel> =
    dynamo::table_mapping("parcels", dynamo::partition_key("id", &dynamo::test::stamped_parcel::id),
                          dynamo::field("stamp", &dynamo::test::stamped_parcel::stamp));
