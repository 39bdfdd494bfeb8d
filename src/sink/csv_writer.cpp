#include "sink/csv_cell.hpp"
#include "sink/descriptor.hpp"

#include <dynamo/core/printable.hpp>
#include <dynamo/sink/csv_writer.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>

namespace dynamo {
namespace {

struct text_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

error refused(std::string message) {
  error failure;
  failure.kind = errc::invalid_argument;
  failure.message = std::move(message);
  return failure;
}

}  // namespace

struct csv_writer::state {
  // Lines from here on have this many cells.
  struct width {
    std::uint64_t from = 0;
    std::size_t cells = 0;
  };

  output_file* file = nullptr;
  std::vector<std::string> columns;
  std::unordered_map<std::string, std::size_t, text_hash, std::equal_to<>> places;
  std::vector<const value_view*> cells;  // of the item at hand, by column
  std::string line;
  std::string scratch;

  // Where the columns are still being found: lines, without a header and as wide as was known.
  sink::descriptor spool_descriptor;
  std::optional<output_file> spool;
  std::vector<width> widths;

  // False if the column is there already.
  bool add_column(std::string_view name) {
    if (!places.try_emplace(std::string(name), columns.size()).second) return false;
    columns.emplace_back(name);
    return true;
  }

  result<void> place(const item& value) {
    cells.assign(columns.size(), nullptr);
    std::size_t expected = 0;  // items of one shape have their attributes in one order
    for (const auto& [name, contents] : value) {
      if (expected >= columns.size() || columns[expected] != name) {
        const auto found = places.find(name);
        if (found != places.end()) {
          expected = found->second;
        } else if (!spool) {
          continue;
        } else if (columns.size() == max_csv_columns) {
          return refused("the items have more than " + std::to_string(max_csv_columns) +
                         " different attributes: name the columns that are wanted");
        } else {
          expected = columns.size();
          add_column(name);
          cells.push_back(nullptr);
        }
      }
      cells[expected++] = &contents;
    }
    return {};
  }

  [[nodiscard]] std::string header() const {
    std::string out;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i != 0) out += ',';
      sink::append_csv_text(out, columns[i]);
    }
    if (file->is_escaped()) out = printable(out);
    out += '\n';
    return out;
  }

  result<void> copy_spool();
};

result<csv_writer> csv_writer::try_with_columns(output_file& to,
                                                const std::vector<std::string>& columns) {
  auto made = try_after_header(to, columns);
  if (!made) return made;
  if (auto written = to.try_write(made->state_->header()); !written)
    return std::move(written).error();
  return made;
}

result<csv_writer> csv_writer::try_after_header(output_file& to,
                                                const std::vector<std::string>& columns) {
  auto made = std::make_unique<state>();
  made->file = &to;
  if (columns.empty()) return refused("CSV needs at least one column");
  for (const std::string& name : columns) {
    if (!made->add_column(name)) return refused("the column '" + name + "' is named twice");
  }
  return csv_writer(std::move(made));
}

result<csv_writer> csv_writer::try_with_all_columns(output_file& to,
                                                    const std::vector<std::string>& first) {
  auto made = std::make_unique<state>();
  made->file = &to;
  for (const std::string& name : first) made->add_column(name);
  auto opened = sink::temporary_file(to.folder());
  if (!opened) return std::move(opened).error();
  made->spool_descriptor = *std::move(opened);
  made->spool =
      output_file::on_descriptor(made->spool_descriptor.get(), to.folder() + "/(temporary file)");
  return csv_writer(std::move(made));
}

csv_writer::csv_writer(std::unique_ptr<state> made) : state_(std::move(made)) {}
csv_writer::csv_writer(csv_writer&&) noexcept = default;
csv_writer& csv_writer::operator=(csv_writer&&) noexcept = default;
csv_writer::~csv_writer() = default;

const std::vector<std::string>& csv_writer::columns() const noexcept {
  return state_->columns;
}

result<void> csv_writer::try_write(const item& value) {
  state& s = *state_;
  if (auto placed = s.place(value); !placed) return placed;
  output_file& to = s.spool ? *s.spool : *s.file;
  if (s.spool && (s.widths.empty() || s.widths.back().cells != s.columns.size())) {
    s.widths.push_back({.from = to.size(), .cells = s.columns.size()});
  }
  s.line.clear();
  for (std::size_t i = 0; i < s.cells.size(); ++i) {
    if (i != 0) s.line += ',';
    if (s.cells[i] != nullptr) sink::append_csv_cell(s.line, *s.cells[i], s.scratch);
  }
  // Readers take an empty line for no line.
  if (s.line.empty()) sink::append_csv_text(s.line, "");
  if (s.file->is_escaped()) s.line = printable(s.line);  // line feeds too: they are of a cell
  s.line += '\n';
  return to.try_write(s.line);
}

result<void> csv_writer::try_finish() {
  state& s = *state_;
  if (!s.spool) return {};
  if (auto flushed = s.spool->try_flush(); !flushed) return flushed;
  if (!s.columns.empty()) {
    if (auto written = s.file->try_write(s.header()); !written) return written;
  }
  return s.copy_spool();
}

// Lines that were written before the last column came up get their missing cells.
result<void> csv_writer::state::copy_spool() {
  std::vector<char> piece(std::size_t{256} << 10);
  sink::csv_line_ends ends;
  std::uint64_t read = 0;
  auto current = widths.begin();
  for (;;) {
    const ssize_t count =
        ::pread(spool_descriptor.get(), piece.data(), piece.size(), static_cast<off_t>(read));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return sink::io_error("read", spool->path(), errno);
    if (count == 0) return {};
    const std::string_view lines(piece.data(), static_cast<std::size_t>(count));
    std::size_t begin = 0;
    while (begin < lines.size()) {
      while (std::next(current) != widths.end() && std::next(current)->from <= read + begin) {
        ++current;
      }
      // A line without cells reads as one with an empty cell.
      const std::size_t missing =
          std::max<std::size_t>(columns.size(), 1) - std::max<std::size_t>(current->cells, 1);
      if (missing == 0) {
        if (auto written = file->try_write(lines.substr(begin)); !written) return written;
        break;
      }
      const std::size_t end = ends.next(lines, begin);
      const bool whole = end != std::string_view::npos;
      const std::string_view part =
          lines.substr(begin, whole ? end - 1 - begin : std::string_view::npos);
      if (auto written = file->try_write(part); !written) return written;
      if (!whole) break;
      line.assign(missing, ',');
      line += '\n';
      if (auto written = file->try_write(line); !written) return written;
      begin = end;
    }
    read += static_cast<std::uint64_t>(count);
  }
}

}  // namespace dynamo
