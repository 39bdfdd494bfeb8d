// Writes pages of a scan to a file.
#pragma once

#include "cli/options.hpp"

#include <dynamo/core/result.hpp>
#include <dynamo/model/page.hpp>
#include <dynamo/scan/page_reader.hpp>
#include <dynamo/sink/csv_writer.hpp>
#include <dynamo/sink/json_lines_writer.hpp>
#include <dynamo/sink/output_file.hpp>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace dynamo::cli {

/// The columns of CSV.
struct csv_layout {
  std::vector<std::string> columns{};  ///< only these; empty: all
  std::vector<std::string> first{};    ///< the first ones if `columns` is empty
  bool has_header = false;             ///< the file already has the header line
};

/// Writes the items of pages in one of the formats.
///
/// Thread safety: for one thread. Lifetime: the file must outlive it.
class page_writer {
 public:
  static result<page_writer> make(output_file& to, item_format format, std::string table,
                                  const csv_layout& layout = {});

  result<void> write(const page& arrived);
  /// Call after the last page, before the file is committed.
  result<void> finish();

 private:
  using any_writer = std::variant<json_lines_writer, csv_writer>;
  page_writer(any_writer writer, item_format format, std::string table);

  result<void> pass_through(const page& arrived);

  any_writer writer_;
  item_format format_;
  std::string table_;
  std::unique_ptr<detail::arena> memory_;  // on the heap, so that the reader survives a move
  detail::page_reader<item> reader_;
};

}  // namespace dynamo::cli
