// From views into a page to values that own their contents.
#pragma once

#include <dynamo/value/item.hpp>

#include <string>
#include <string_view>

namespace dynamo::detail {

/// Why a value has no owned form: digits that are no DynamoDB number, binary that is not base64.
/// The parser does not look into either, so it shows only here.
struct misfit {
  std::string path;  ///< where: "address.lines[2]"; empty for the value itself
  const char* expected = "";
  std::string found;

  /// As an errc::invalid_value.
  [[nodiscard]] error to_error() const;
};

bool copy_number(std::string_view text, number& out, misfit& fault);
/// `text` is base64.
bool copy_binary(std::string_view text, bytes& out, misfit& fault);
/// Copies the value. False if it or one within it does not fit; `out` is then incomplete.
bool copy_owned(const value_view& value, attribute& out, misfit& fault);
bool copy_owned(const item& source, owned_item& out, misfit& fault);

}  // namespace dynamo::detail
