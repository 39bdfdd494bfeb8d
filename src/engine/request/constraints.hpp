// The API's rules for single members, and the message that lists the violations.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {

/// Characters allowed in the name of a table or an index.
inline constexpr std::size_t max_table_name = 255;

/// Collects violations, so that one refusal reports all of them, as the service does.
class constraints {
 public:
  /// `place` is the prefix of member paths: "transactItems.1.member.put.".
  explicit constraints(std::string place = {}) : place_(std::move(place)) {}

  void set_place(std::string place) { place_ = std::move(place); }

  /// Records that `value` (null: missing) violates `rule`: "Member must not be null".
  void broken(std::optional<std::string_view> value, std::string_view member,
              std::string_view rule);
  void missing(std::string_view member) { broken({}, member, "Member must not be null"); }

  void at_least(std::optional<std::int64_t> value, std::string_view member, std::int64_t least);
  void at_most(std::optional<std::int64_t> value, std::string_view member, std::int64_t most);
  void length(const std::optional<std::string>& value, std::string_view member, std::size_t least,
              std::size_t most);
  /// Names of tables and indexes: 3 to 255 letters, digits, '_', '-' and '.'.
  void table_name(const std::optional<std::string>& value, std::string_view member);

  /// The meaning of `value`; `otherwise` if it is missing or not one of `choices`.
  template <class Enum, std::size_t N>
  Enum choice(const std::optional<std::string>& value, std::string_view member,
              const std::array<std::pair<std::string_view, Enum>, N>& choices, Enum otherwise) {
    if (!value) return otherwise;
    for (const auto& [name, meaning] : choices) {
      if (name == *value) return meaning;
    }
    std::array<std::string_view, N> names;
    for (std::size_t i = 0; i < N; ++i) names[i] = choices[i].first;
    no_choice(*value, member, names);
    return otherwise;
  }

  /// Refuses the request if a violation was recorded.
  void check() const;

 private:
  void no_choice(std::string_view value, std::string_view member,
                 std::span<const std::string_view> names);

  std::string place_;
  std::vector<std::string> faults_;
};

/// Refuses with a rule about several members, or a value: "One or more parameter values were
/// invalid: ".
[[noreturn]] void refuse_values(std::string_view what);

/// The bare name of a table that a request names directly or by ARN.
[[nodiscard]] std::string bare_table_name(std::string name);

}  // namespace dynamo::engine
