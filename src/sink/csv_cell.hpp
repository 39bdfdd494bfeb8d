// Cells and lines of CSV as text.
#pragma once

#include <dynamo/value/item.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace dynamo::sink {

/// Appends a cell, quoted if RFC 4180 asks for it, or if it is empty.
void append_csv_text(std::string& out, std::string_view text);

/// Appends a value as a cell; `scratch` is memory to reuse. NULL gives an empty cell.
void append_csv_cell(std::string& out, const value_view& value, std::string& scratch);

/// Finds the ends of lines in CSV that comes in pieces.
class csv_line_ends {
 public:
  /// The position behind the next line feed that ends a line, searched from `from`; npos if there
  /// is none in this piece, all of which counts as seen then.
  std::size_t next(std::string_view piece, std::size_t from);

 private:
  bool quoted_ = false;
};

}  // namespace dynamo::sink
