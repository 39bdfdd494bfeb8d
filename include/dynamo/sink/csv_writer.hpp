// Items as CSV: a line of column names, then one item a line.
#pragma once

#include <dynamo/sink/output_file.hpp>
#include <dynamo/value/item.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {

/// Columns that a `csv_writer` finds by itself. More are an error, since every line has them all.
inline constexpr std::size_t max_csv_columns = 10'000;

/// Writes items to a file, which must outlive the writer and is committed by its owner. Cells are
/// quoted as RFC 4180 wants it; lines end in a line feed. Strings and numbers stand as they are,
/// true and false as words, binary values in base64, lists, maps and sets as plain JSON. A missing
/// attribute and NULL are an empty cell; an empty string is "", and so is a line that would be
/// empty. Column names are attribute names, verbatim; a dot in one is part of the name.
///
/// Memory does not grow with the items. For one thread at a time. Failures are those of the file.
class csv_writer {
 public:
  /// With these columns, in this order: other attributes are left out. The header is written at
  /// once.
  static result<csv_writer> try_with_columns(output_file& to,
                                             const std::vector<std::string>& columns);
  [[nodiscard]] static csv_writer with_columns(output_file& to,
                                               const std::vector<std::string>& columns) {
    return try_with_columns(to, columns).value();
  }

  /// The same for a file that goes on behind its header (`output_file_options::resume_at`).
  static result<csv_writer> try_after_header(output_file& to,
                                             const std::vector<std::string>& columns);
  [[nodiscard]] static csv_writer behind_header(output_file& to,
                                                const std::vector<std::string>& columns) {
    return try_after_header(to, columns).value();
  }

  /// With every attribute that an item has: `first`, then in the order in which they come up. Lines
  /// go to a temporary file without a name, in the folder of `to`, until `finish` knows the header:
  /// the disk needs room for twice the CSV.
  static result<csv_writer> try_with_all_columns(output_file& to,
                                                 const std::vector<std::string>& first);
  [[nodiscard]] static csv_writer with_all_columns(output_file& to,
                                                   const std::vector<std::string>& first = {}) {
    return try_with_all_columns(to, first).value();
  }

  csv_writer(csv_writer&&) noexcept;
  csv_writer& operator=(csv_writer&&) noexcept;
  ~csv_writer();

  result<void> try_write(const item& value);
  void write(const item& value) { try_write(value).value(); }

  /// Writes the file whole, after the last item. Call once, before the file is committed.
  result<void> try_finish();
  void finish() { try_finish().value(); }

  /// The columns so far.
  [[nodiscard]] const std::vector<std::string>& columns() const noexcept;

 private:
  struct state;
  explicit csv_writer(std::unique_ptr<state> made);

  std::unique_ptr<state> state_;
};

}  // namespace dynamo
