// How large an item collection is: ItemCollectionMetrics.
#pragma once

#include "engine/request/requests.hpp"
#include "engine/store/database.hpp"

#include <string>

namespace dynamo::engine {

/// Appends the metrics of the collection that `of` belongs to, in its table and local indexes.
/// Returns false, having appended nothing, if the table has no local index: only then collections
/// are measured.
[[nodiscard]] bool append_collection_metrics(std::string& out, const snapshot& in,
                                             const table_definition& table, const item& of);

}  // namespace dynamo::engine
