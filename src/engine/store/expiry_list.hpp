// The expiry times of items, in order of time.
#pragma once

#include "engine/store/sqlite.hpp"
#include "engine/table_definition.hpp"

#include <dynamo/value/item.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine::store {

/// When an item of the table expires, in seconds since 1970. Nothing if the table has no time to
/// live, the item lacks the attribute, or its value is not a whole number of seconds from 0 on that
/// fits 63 bits: DynamoDB ignores such values (developer guide, time to live).
[[nodiscard]] std::optional<std::int64_t> expiry_of(const table_definition& table, const item& of);

void insert_expiry(connection& on, row_set rows, std::int64_t expires, std::string_view key);
void erase_expiry(connection& on, row_set rows, std::int64_t expires, std::string_view key);
void erase_expiries(connection& on, row_set rows);
[[nodiscard]] bool has_expiry(connection& on, row_set rows, std::int64_t expires,
                              std::string_view key);

/// Keys of at most `limit` items of the row set whose time is in [from, before), earliest first.
[[nodiscard]] std::vector<std::string> expired_keys(connection& on, row_set rows, std::int64_t from,
                                                    std::int64_t before, std::size_t limit);

}  // namespace dynamo::engine::store
