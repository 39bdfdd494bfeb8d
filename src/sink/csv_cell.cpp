#include "sink/csv_cell.hpp"

#include <dynamo/sink/plain_json.hpp>

namespace dynamo::sink {

void append_csv_text(std::string& out, std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (;;) {
    const auto quote = text.find('"');
    out += text.substr(0, quote);
    if (quote == std::string_view::npos) break;
    out += "\"\"";
    text.remove_prefix(quote + 1);
  }
  out += '"';
}

void append_csv_cell(std::string& out, const value_view& value, std::string& scratch) {
  switch (value.type()) {
    case value_type::null:
      return;
    case value_type::boolean:
      out += value.as_bool() ? "true" : "false";
      return;
    case value_type::string:
      return append_csv_text(out, value.as_string());
    case value_type::number:
      return append_csv_text(out, value.number_text());
    case value_type::binary:
      return append_csv_text(out, value.base64());
    case value_type::list:
    case value_type::map:
    case value_type::string_set:
    case value_type::number_set:
    case value_type::binary_set:
      scratch.clear();
      append_plain_json(scratch, value);
      return append_csv_text(out, scratch);
  }
}

std::size_t csv_line_ends::next(std::string_view piece, std::size_t from) {
  for (;;) {
    const auto at = piece.find_first_of("\"\n", from);
    if (at == std::string_view::npos) return at;
    from = at + 1;
    if (piece[at] == '"') {
      quoted_ = !quoted_;
    } else if (!quoted_) {
      return from;
    }
  }
}

}  // namespace dynamo::sink
