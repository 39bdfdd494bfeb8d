// Reads through one connection.
#pragma once

#include "engine/store/catalog.hpp"
#include "engine/store/change_log.hpp"
#include "engine/store/database.hpp"
#include "engine/store/row_table.hpp"
#include "engine/store/sqlite.hpp"

#include <cstdint>
#include <memory>
#include <utility>

namespace dynamo::engine::store {

/// A connection and its caches. Used by one thread at a time.
struct session {
  explicit session(std::unique_ptr<connection> opened) : file(std::move(opened)), tables(*file) {}

  std::unique_ptr<connection> file;
  catalog tables;
  std::uint64_t drops_seen = 0;  ///< number of row-set drops when its statements were prepared
};

/// Rethrows `failure`; if it reports damage, adds the name of the table that owns the row set.
[[noreturn]] void fail_about(session& within, row_set of, const store_failure& failure);

/// `Base` is `snapshot`, or `transaction`, which reads in the same way.
template <class Base>
class reading : public Base {
 public:
  explicit reading(session& through) : session_(&through) {}

  [[nodiscard]] std::shared_ptr<const table_definition> find_table(
      std::string_view name) const override {
    return session_->tables.find(name);
  }
  [[nodiscard]] std::vector<std::string> table_names(std::string_view after,
                                                     std::size_t limit) const override {
    return session_->tables.names(after, limit);
  }
  [[nodiscard]] row_counts counts(row_set of) const override {
    return saved_figures(*session_->file, of);
  }
  [[nodiscard]] std::optional<stored_item> find(row_set in, std::string_view key) const override {
    try {
      return find_row(*session_->file, in, key);
    } catch (const store_failure& failure) {
      fail_about(*session_, in, failure);
    }
  }
  void visit(row_set of, const key_range& range, bool ascending,
             const row_visitor& visitor) const override {
    try {
      visit_rows(*session_->file, of, range, ascending, visitor);
    } catch (const store_failure& failure) {
      fail_about(*session_, of, failure);
    }
  }
  [[nodiscard]] std::vector<change_stream> streams() const override {
    return streams_of(*session_->file);
  }
  [[nodiscard]] std::vector<change_record> changes(row_set stream, std::uint64_t after,
                                                   std::size_t limit,
                                                   std::uint64_t bytes) const override {
    return changes_of(*session_->file, stream, after, limit, bytes);
  }

 protected:
  [[nodiscard]] connection& file() const noexcept { return *session_->file; }
  [[nodiscard]] catalog& tables() const noexcept { return session_->tables; }

 private:
  session* session_;
};

}  // namespace dynamo::engine::store
