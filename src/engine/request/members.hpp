// Members of data operations as they stand in a request, before the rules of the API are applied.
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

/// Which request, or part of one, members belong to: each knows only its own.
enum class member_owner : std::uint8_t {
  get,
  put,
  update,
  remove,
  query,
  scan,
  batch_keys,  ///< what BatchGetItem wants of one table
  transact_get,
  transact_put,
  transact_update,
  transact_remove,
  transact_check,
};

/// Keys of a BatchGetItem (API reference).
inline constexpr std::size_t max_batch_keys = 100;

/// Null members are unset. Of lists no more is kept than one beyond what there may be.
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
  unsigned legacy = 0;  ///< a bit for each parameter of the time before expressions
};

/// Reads the member `name` of what belongs to `owner`, at whose value `in` stands; skips it if the
/// API does not know it there.
void read_member(json_reader& in, std::string_view name, member_owner owner, members& out);
/// A whole object of them.
[[nodiscard]] members read_members(json_reader& in, member_owner owner);
/// A request that is one.
[[nodiscard]] members read_body(const body_buffer& body, member_owner owner);

/// An expression that a request may have.
struct expression_role {
  std::string_view name;
  std::optional<std::string> members::* text;
  bool with_values = true;
};
/// Of requests that have a ProjectionExpression and no other.
inline constexpr std::array projection_alone{
    expression_role{"ProjectionExpression", &members::projection, false}};

/// Refuses parameters of the time before expressions, names and values without expressions that
/// could use them, values at fault, and empty expressions.
void check_expressions(const members& of, std::span<const expression_role> roles);
/// ExpressionAttributeNames and ExpressionAttributeValues, checked before.
[[nodiscard]] substitutions take_substitutions(members& of);

/// TableName, which every request must have.
void check_table(const members& of, constraints& rules);
[[nodiscard]] returned_capacity capacity_of(const std::optional<std::string>& text,
                                            constraints& rules);
[[nodiscard]] bool collection_metrics_of(const std::optional<std::string>& text,
                                         constraints& rules);

}  // namespace dynamo::engine
