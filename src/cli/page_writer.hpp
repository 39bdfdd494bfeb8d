// Pages of a scan into a file, in the format asked for.
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

/// Which columns CSV has.
struct csv_layout {
  std::vector<std::string> columns{};  ///< these alone; empty: all there are
  std::vector<std::string> first{};    ///< where all are wanted: these come first
  bool has_header = false;             ///< the file has the line of `columns` already
};

/// Writes the items of pages. The file must outlive it. For one thread.
class page_writer {
 public:
  static result<page_writer> make(output_file& to, item_format format, std::string table,
                                  const csv_layout& layout = {});

  result<void> write(const page& arrived);
  /// After the last page, before the file is committed.
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
