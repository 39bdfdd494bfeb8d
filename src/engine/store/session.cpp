#include "engine/store/session.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace dynamo::engine::store {

void fail_about(session& within, row_set of, const store_failure& failure) {
  if (!is_damage(failure)) throw failure;
  std::string name;
  try {
    for (std::string& each : within.tables.names("", std::numeric_limits<std::int32_t>::max())) {
      const auto table = within.tables.find(each);
      const bool has = table && (table->rows == of ||
                                 std::ranges::any_of(table->indexes, [&](const table_index& index) {
                                   return index.rows == of;
                                 }));
      if (has) name = std::move(each);
    }
    // NOLINTNEXTLINE(bugprone-empty-catch): the list of tables is damaged too
  } catch (const std::exception&) {
  }
  throw damage(within.file->name(), failure.code(), name);
}

}  // namespace dynamo::engine::store
