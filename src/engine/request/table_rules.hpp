// The API's rules for tables and indexes, when they are created or changed.
#pragma once

#include "engine/request/requests.hpp"
#include "engine/request/table_members.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Quotas (developer guide, service quotas).
inline constexpr std::size_t max_global_indexes = 20;
inline constexpr std::size_t max_local_indexes = 5;
inline constexpr std::uint64_t max_table_units = 40'000;
/// The maximum number of included attributes in all indexes of a table together.
inline constexpr std::size_t max_included_attributes = 100;

using attribute_types = std::map<std::string, key_type>;

/// These functions record violations of rules for single members in `rules`; `place` is the path
/// prefix, empty or ending with a dot.
void check_definitions(const std::vector<read_attribute_definition>& of, constraints& rules);
void check_key(const std::optional<std::vector<read_key_element>>& of, std::string_view place,
               constraints& rules);
void check_throughput(const std::optional<read_throughput>& of, std::string_view place,
                      constraints& rules);
/// For an index to be created.
void check_index(const read_index& of, std::string_view place, constraints& rules);
void check_stream(const std::optional<read_stream>& of, constraints& rules);
/// True for PAY_PER_REQUEST; nothing if the request has no BillingMode.
[[nodiscard]] std::optional<bool> per_request_of(const std::optional<std::string>& billing,
                                                 constraints& rules);

/// And these, after `rules` was checked, refuse all other violations and return the meaning.
/// The types of key attributes; refuses an attribute that is defined twice.
[[nodiscard]] attribute_types types_of(const std::vector<read_attribute_definition>& of);
/// The key, without its types.
[[nodiscard]] key_schema key_of(const std::vector<read_key_element>& of);
/// The units, if given; refuses more than a table may have.
[[nodiscard]] std::optional<provisioned_throughput> throughput_of(
    const std::optional<read_throughput>& of);
/// An index, without the types of its key.
[[nodiscard]] table_index index_of(const read_index& of, bool global);
/// The view type of the stream; nothing if it is not enabled.
[[nodiscard]] std::optional<stream_view> stream_of(const std::optional<read_stream>& of);

/// Writes the types into the key; refuses attributes without a type.
void complete_key(key_schema& key, const attribute_types& types);
/// Refuses more than 100 included attributes, and two indexes with one name.
void check_indexes(const std::vector<table_index>& of);
/// Refuses an index with its own throughput under on-demand billing (`per_request`), or a global
/// one without throughput under provisioned billing.
void check_index_throughput(const table_index& index, bool per_request);

}  // namespace dynamo::engine
