#include "cli/page_writer.hpp"

#include <dynamo/scan/raw_items.hpp>

#include <utility>

namespace dynamo::cli {

result<page_writer> page_writer::make(output_file& to, item_format format, std::string table,
                                      const csv_layout& layout) {
  if (format != item_format::csv) {
    const auto style = format == item_format::json ? json_style::plain : json_style::dynamodb;
    return page_writer(json_lines_writer(to, style), format, std::move(table));
  }
  auto csv = layout.columns.empty() ? csv_writer::try_with_all_columns(to, layout.first)
             : layout.has_header    ? csv_writer::try_after_header(to, layout.columns)
                                    : csv_writer::try_with_columns(to, layout.columns);
  if (!csv) return std::move(csv).error();
  return page_writer(*std::move(csv), format, std::move(table));
}

page_writer::page_writer(any_writer writer, item_format format, std::string table)
    : writer_(std::move(writer)),
      format_(format),
      table_(std::move(table)),
      memory_(std::make_unique<detail::arena>()),
      reader_(*memory_) {}

result<void> page_writer::write(const page& arrived) {
  if (format_ == item_format::dynamodb_json) return pass_through(arrived);
  reader_.open(arrived);
  item each;
  for (;;) {
    memory_->clear();
    auto more = reader_.next(each, table_);
    if (!more) return std::move(more).error();
    if (!*more) return {};
    auto written = std::visit([&](auto& writer) { return writer.try_write(each); }, writer_);
    if (!written) return written;
  }
}

result<void> page_writer::pass_through(const page& arrived) {
  auto& writer = std::get<json_lines_writer>(writer_);
  raw_items items(arrived, table_);
  std::string_view each;
  for (;;) {
    auto more = items.try_next(each);
    if (!more) return std::move(more).error();
    if (!*more) return {};
    if (auto written = writer.try_write_raw(each); !written) return written;
  }
}

result<void> page_writer::finish() {
  if (auto* csv = std::get_if<csv_writer>(&writer_)) return csv->try_finish();
  return {};
}

}  // namespace dynamo::cli
