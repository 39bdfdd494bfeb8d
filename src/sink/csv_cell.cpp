#include "sink/csv_cell.hpp"

#include <dynamo/sink/plain_json.hpp>

namespace dynamo::sink {
namespace {

// Faster than find_first_of, which searches the set again for each character.
bool needs_quotes(std::string_view text) {
  for (const char c : text) {
    if (c == ',' || c == '"' || c == '\n' || c == '\r') return true;
  }
  return text.empty();
}

std::size_t find_quote_or_line_feed(std::string_view text, std::size_t from) {
  while (from < text.size() && text[from] != '"' && text[from] != '\n') ++from;
  return from;
}

}  // namespace

void append_csv_text(std::string& out, std::string_view text) {
  if (!needs_quotes(text)) {
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
    const std::size_t at = find_quote_or_line_feed(piece, from);
    if (at == piece.size()) return std::string_view::npos;
    from = at + 1;
    if (piece[at] == '"') {
      quoted_ = !quoted_;
    } else if (!quoted_) {
      return from;
    }
  }
}

}  // namespace dynamo::sink
