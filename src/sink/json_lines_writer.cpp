#include <dynamo/sink/json_lines_writer.hpp>
#include <dynamo/sink/plain_json.hpp>

#include <cstring>

namespace dynamo {
namespace {

// Appends the text without white space outside of strings. False if a string contains a character
// that must be escaped in JSON.
bool append_compact(std::string& out, std::string_view json) {
  bool in_string = false;
  bool escaped = false;
  for (const char c : json) {
    if (in_string) {
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (!escaped && c == '"') in_string = false;
      escaped = !escaped && c == '\\';
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      continue;
    } else {
      in_string = c == '"';
    }
    out += c;
  }
  return true;
}

}  // namespace

result<void> json_lines_writer::try_write(const item& value) {
  if (style_ == json_style::dynamodb) return try_write_raw(value.raw_json());
  line_.clear();
  append_plain_json(line_, value);
  return write_line();
}

result<void> json_lines_writer::try_write_raw(std::string_view json) {
  // On a terminal white space between values must not be escaped, since that is not JSON.
  if (file_->is_escaped() || std::memchr(json.data(), '\n', json.size()) != nullptr) [[unlikely]] {
    line_.clear();
    if (append_compact(line_, json)) return write_line();
    error failure;
    failure.kind = errc::invalid_response;
    failure.message = "an item is malformed: a string in it contains a control character";
    return failure;
  }
  if (auto written = file_->try_write(json); !written) [[unlikely]]
    return written;
  return file_->try_write("\n");
}

result<void> json_lines_writer::write_line() {
  line_ += '\n';
  return file_->try_write(line_);
}

}  // namespace dynamo
