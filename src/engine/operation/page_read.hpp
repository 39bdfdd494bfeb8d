// Shared by Query and Scan: a page of the rows of a table or an index.
#pragma once

#include "engine/expression/condition.hpp"
#include "engine/expression/projection.hpp"
#include "engine/operation/capacity.hpp"
#include "engine/operation/operation_context.hpp"
#include "engine/request/requests.hpp"
#include "engine/store/database.hpp"

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/arena.hpp>
#include <dynamo/value/item.hpp>
#include <dynamo/value/item_parser.hpp>

#include <memory>
#include <optional>
#include <string>

namespace dynamo::engine {

/// One page: reads rows up to the limit, or until the rows read reach 1 MB; the filter and the
/// projection are applied after that (developer guide, Query and Scan). Constructed before the
/// transaction; refers to the call. Not thread-safe.
class page_read {
 public:
  /// Parses filter and projection.
  page_read(operation_context& with, const read_base& call);
  page_read(const page_read&) = delete;
  page_read& operator=(const page_read&) = delete;

  /// Finds table and index. Refuses a Select and a projection that the index cannot provide.
  void locate(const snapshot& in);

  [[nodiscard]] substitutes& with() noexcept { return substitutes_; }
  /// Null: the table is read.
  [[nodiscard]] const table_index* index() const noexcept { return index_; }
  [[nodiscard]] const table_definition& table() const noexcept { return *table_; }
  /// The key of the index or the table.
  [[nodiscard]] const key_schema& key() const noexcept;
  [[nodiscard]] bool has_filter() const noexcept { return filter_.has_value(); }
  [[nodiscard]] const condition& filter() const { return *filter_; }

  /// The row of ExclusiveStartKey, which must be given; refuses an invalid key.
  [[nodiscard]] std::string start_row() const;
  /// Reads the rows of `range` and appends the response.
  void run(const snapshot& in, const key_range& range, bool ascending, body_buffer& answer);

 private:
  void check_select() const;
  void check_projection();
  void append_items(const snapshot& in, const key_range& range, bool ascending,
                    body_buffer& answer);
  void take(std::string_view json, body_buffer& answer);
  // The table's item of a local index entry.
  void take_whole(const snapshot& in, std::string_view entry, body_buffer& answer);
  void append_item(std::string_view json, body_buffer& answer);
  [[nodiscard]] std::size_t expected_size(std::size_t so_far) const;
  void note_last(const row& last);
  void append_consumed(std::string& out);
  const item& parsed(std::string_view json);

  operation_context& context_;
  const read_base& call_;
  substitutes substitutes_;
  std::optional<condition> filter_;
  std::optional<projection> projection_;
  std::shared_ptr<const table_definition> table_;
  const table_index* index_ = nullptr;
  bool fetches_ = false;  // fetches attributes that a local index lacks from the table

  // State of the page.
  std::uint64_t scanned_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t size_ = 0;       // of the rows
  std::uint64_t read_size_ = 0;  // of the rows and of the fetched items
  capacity_units fetched_;
  std::string last_;  // LastEvaluatedKey; empty: none

  // Memory reused for each row.
  body_buffer row_text_;
  detail::arena nodes_;
  detail::item_parser parser_;
  item row_;
  std::string projected_;
};

}  // namespace dynamo::engine
