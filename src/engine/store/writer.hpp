// Applies the changes of one write within a commit.
#pragma once

#include "engine/store/index_entry.hpp"
#include "engine/store/session.hpp"

#include <dynamo/core/clock.hpp>

#include <map>

namespace dynamo::engine::store {

/// Keeps counts in memory until `finish`. After an exception, changes remain: the caller must undo
/// them in the database and destroy this object.
class writer final : public reading<transaction> {
 public:
  writer(session& through, const clock& time) : reading(through), clock_(&time) {}

  [[nodiscard]] row_counts counts(row_set of) const override;
  void create_table(table_definition table) override;
  void update_table(table_definition table) override;
  void drop_table(const table_definition& table) override;
  void replace(const table_definition& table, std::string_view key, const stored_item* before,
               const stored_item* after, change_origin by = change_origin::request) override;

  /// As `database::remove_expired`.
  std::size_t remove_expired(std::int64_t now, std::size_t limit);
  /// As `database::trim_changes`.
  std::size_t trim_changes(log_time when, std::size_t limit) { return trim(file(), when, limit); }

  /// Saves the counts; call it after the last change.
  void finish();
  /// True if row sets were dropped: cached statements on them are no longer valid.
  [[nodiscard]] bool has_dropped() const noexcept { return has_dropped_; }

 private:
  struct keyed_row {
    std::string_view key;
    row_contents contents;
  };
  struct difference {
    std::int64_t items = 0;
    std::int64_t bytes = 0;
  };

  [[nodiscard]] row_set make_rows();
  void remove_rows(row_set rows);
  void change(row_set in, const std::optional<keyed_row>& before,
              const std::optional<keyed_row>& after);
  void count(row_set of, std::int64_t items, std::uint64_t gained, std::uint64_t lost);
  void fill_index(const table_definition& table, const table_index& index);
  void fill_expiries(const table_definition& table);

  const clock* clock_;
  std::map<row_set, difference> counted_;
  bool has_dropped_ = false;
};

}  // namespace dynamo::engine::store
