// Items as JSON Lines: one item a line.
#pragma once

#include <dynamo/sink/output_file.hpp>
#include <dynamo/value/item.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo {

/// How JSON Lines write an item.
enum class json_style : std::uint8_t {
  dynamodb,  ///< {"id":{"S":"a"}}: as the service sends it, nothing is lost
  plain,     ///< {"id":"a"}: see `append_plain_json`
};

/// Writes items to a file, which must outlive the writer and is committed by its owner. For one
/// thread at a time. Failures are those of the file.
class json_lines_writer {
 public:
  explicit json_lines_writer(output_file& to, json_style style = json_style::dynamodb)
      : file_(&to), style_(style) {}

  result<void> try_write(const item& value);
  void write(const item& value) { try_write(value).value(); }

  /// An item in DynamoDB JSON, as a page or `raw_items` has it, is passed on as it is, without the
  /// white space that would spread it over lines. Only for json_style::dynamodb.
  /// errc::invalid_response if a string in it contains a line feed.
  result<void> try_write_raw(std::string_view json);
  void write_raw(std::string_view json) { try_write_raw(json).value(); }

 private:
  result<void> write_line();

  output_file* file_;
  json_style style_;
  std::string line_;  // reused
};

}  // namespace dynamo
