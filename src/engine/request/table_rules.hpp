// What the API demands of tables and indexes, when they are made and when they are changed.
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
/// Attributes that all indexes of a table include beside their keys, together.
inline constexpr std::size_t max_included_attributes = 100;

using attribute_types = std::map<std::string, key_type>;

/// These note in `rules` what breaks the rules of single members; `place` is the path before them,
/// with a dot behind it unless it is empty.
void check_definitions(const std::vector<read_attribute_definition>& of, constraints& rules);
void check_key(const std::optional<std::vector<read_key_element>>& of, std::string_view place,
               constraints& rules);
void check_throughput(const std::optional<read_throughput>& of, std::string_view place,
                      constraints& rules);
/// Of an index that is to be made.
void check_index(const read_index& of, std::string_view place, constraints& rules);
void check_stream(const std::optional<read_stream>& of, constraints& rules);
/// True for PAY_PER_REQUEST; nothing if it is not in the request.
[[nodiscard]] std::optional<bool> per_request_of(const std::optional<std::string>& billing,
                                                 constraints& rules);

/// And these, when `rules` were checked, refuse the rest and give what is meant.
/// The types of key attributes; refuses one that is defined twice.
[[nodiscard]] attribute_types types_of(const std::vector<read_attribute_definition>& of);
/// The key, without its types.
[[nodiscard]] key_schema key_of(const std::vector<read_key_element>& of);
/// The units, if there are any; refuses more than a table may have.
[[nodiscard]] std::optional<provisioned_throughput> throughput_of(
    const std::optional<read_throughput>& of);
/// An index, without the types of its key.
[[nodiscard]] table_index index_of(const read_index& of, bool global);
/// What the stream keeps; nothing if it is not enabled.
[[nodiscard]] std::optional<stream_view> stream_of(const std::optional<read_stream>& of);

/// Writes the types into the key; refuses attributes that have none.
void complete_key(key_schema& key, const attribute_types& types);
/// Refuses more than 100 included attributes, and two indexes of one name.
void check_indexes(const std::vector<table_index>& of);
/// Refuses an index that has its own throughput although requests are paid for (`per_request`), or
/// a global one that has none although they are not.
void check_index_throughput(const table_index& index, bool per_request);

}  // namespace dynamo::engine
