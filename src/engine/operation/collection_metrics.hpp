// The size of an item collection: ItemCollectionMetrics.
#pragma once

#include "engine/request/requests.hpp"
#include "engine/store/database.hpp"

#include <map>
#include <string>
#include <vector>

namespace dynamo::engine {

/// Appends the metrics of the collection that contains `of`, in its table and local indexes.
/// Returns false without appending if the table does not exist any more or has no local index,
/// since its collections are not measured then. Reads the whole collection: call it outside writes.
[[nodiscard]] bool append_collection_metrics(std::string& out, const snapshot& in,
                                             const table_definition& table, const item& of);

/// The metrics of all collections that a batch or transaction changes. A value type.
class collection_metrics {
 public:
  /// Adds the collection of `of`, once.
  void note(const snapshot& in, const table_definition& table, const item& of);
  /// Appends ItemCollectionMetrics as a member, unless there are no metrics.
  void append(std::string& out) const;

 private:
  // By partition key as JSON: measuring a collection reads all of it.
  std::map<std::string, std::map<std::string, std::string>> by_table_;
};

}  // namespace dynamo::engine
