// Members of data operations as received, before the API's rules are applied.
#pragma once

#include "engine/request/constraints.hpp"
#include "engine/request/item_to_put.hpp"
#include "engine/request/requests.hpp"
#include "engine/request/value_reader.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// The request, or part of one, that members belong to: each has its own set.
enum class member_owner : std::uint8_t {
  get,
  put,
  update,
  remove,
  query,
  scan,
  batch_keys,  ///< the keys of one table in BatchGetItem
  transact_get,
  transact_put,
  transact_update,
  transact_remove,
  transact_check,
};

/// Maximum number of keys in a BatchGetItem (API reference).
inline constexpr std::size_t max_batch_keys = 100;

/// Null members are unset. Lists keep at most one element beyond their maximum.
struct members {
  std::optional<std::string> table{};
  std::optional<std::string> index{};
  std::optional<item_to_put> item{};
  std::optional<read_attributes> key{};
  std::optional<read_attributes> start{};
  std::optional<std::vector<read_attributes>> keys{};
  std::optional<std::string> condition{};
  std::optional<std::string> update{};
  std::optional<std::string> filter{};
  std::optional<std::string> projection{};
  std::optional<std::string> key_condition{};
  std::optional<attribute_names> names{};
  std::string names_fault{};
  std::optional<read_attributes> values{};
  std::optional<std::int64_t> limit{};
  std::optional<std::int64_t> segment{};
  std::optional<std::int64_t> total_segments{};
  std::optional<bool> consistent{};
  std::optional<bool> ascending{};
  std::optional<std::string> selected{};
  std::optional<std::string> returned{};
  std::optional<std::string> on_failure{};
  std::optional<std::string> capacity{};
  std::optional<std::string> collection_metrics{};
  unsigned legacy = 0;  ///< a bit for each legacy parameter (before expressions)
};

/// Reads the value of member `name` of `owner` at `in`; skips it if the API has no such member
/// there.
void read_member(json_reader& in, std::string_view name, member_owner owner, members& out);
/// Reads all members of an object.
[[nodiscard]] members read_members(json_reader& in, member_owner owner);
/// Reads a request that is one such object.
[[nodiscard]] members read_body(const body_buffer& body, member_owner owner);

/// An optional expression of a request.
struct expression_role {
  std::string_view name;
  std::optional<std::string> members::* text;
  bool with_values = true;
};
/// For requests whose only expression is a ProjectionExpression.
inline constexpr std::array projection_alone{
    expression_role{"ProjectionExpression", &members::projection, false}};

/// Refuses legacy parameters, names and values without an expression that could use them, invalid
/// values, and empty expressions.
void check_expressions(const members& of, std::span<const expression_role> roles);
/// ExpressionAttributeNames and ExpressionAttributeValues, already checked.
[[nodiscard]] substitutions take_substitutions(members& of);

/// TableName, which every request must have.
void check_table(const members& of, constraints& rules);
[[nodiscard]] returned_capacity capacity_of(const std::optional<std::string>& text,
                                            constraints& rules);
[[nodiscard]] bool collection_metrics_of(const std::optional<std::string>& text,
                                         constraints& rules);

}  // namespace dynamo::engine
