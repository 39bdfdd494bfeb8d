// JSON as a tree that can be built, taken apart and changed.
#pragma once

#include <compare>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo::differential {

/// A value of JSON. Members of objects keep their order, and a name may be there twice: a request
/// at fault is built like any other.
class json {
 public:
  struct number {
    std::string text;
    friend bool operator==(const number&, const number&) = default;
  };
  using array = std::vector<json>;
  using object = std::vector<std::pair<std::string, json>>;

  json() = default;
  json(const char* text) : value_(std::string(text)) {}
  json(std::string text) : value_(std::move(text)) {}
  json(std::string_view text) : value_(std::string(text)) {}
  json(number of) : value_(std::move(of)) {}
  json(array elements) : value_(std::move(elements)) {}
  json(object members) : value_(std::move(members)) {}
  template <class T>
    requires std::integral<T>
  json(T of) {
    if constexpr (std::same_as<T, bool>) {
      value_ = of;
    } else {
      value_ = number{std::to_string(of)};
    }
  }

  /// Nothing if `text` is not JSON, or is nested deeper than 200 levels.
  static std::optional<json> parse(std::string_view text);
  [[nodiscard]] std::string text() const;

  template <class T>
  [[nodiscard]] const T* as() const noexcept {
    return std::get_if<T>(&value_);
  }
  template <class T>
  [[nodiscard]] T* as() noexcept {
    return std::get_if<T>(&value_);
  }
  [[nodiscard]] bool is_null() const noexcept { return value_.index() == 0; }

  /// The member of that name; null if there is none, or this is no object.
  [[nodiscard]] const json* find(std::string_view name) const noexcept;
  [[nodiscard]] json* find(std::string_view name) noexcept;
  /// The text of a member that is a string; empty if there is none.
  [[nodiscard]] std::string_view text_of(std::string_view name) const noexcept;
  /// The number of a member as a whole number; 0 if there is none.
  [[nodiscard]] long long count_of(std::string_view name) const noexcept;
  /// Elements of a member that is an array; empty if there is none.
  [[nodiscard]] const array& elements_of(std::string_view name) const noexcept;

  /// Adds the member or replaces it. Of what is no object it makes one.
  json& set(std::string_view name, json value);
  void remove(std::string_view name);
  void push(json element);

  /// A total order: by type, then by value.
  friend std::strong_ordering operator<=>(const json& left, const json& right);
  friend bool operator==(const json& left, const json& right) {
    return left.value_ == right.value_;
  }

 private:
  void append(std::string& out) const;
  std::variant<std::monostate, bool, number, std::string, array, object> value_{};
};

}  // namespace dynamo::differential
