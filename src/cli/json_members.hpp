// Members of JSON objects that the tool writes.
#pragma once

#include <dynamo/value/json_writer.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

namespace dynamo::cli {

inline void append_text(std::string& out, std::string_view key, std::string_view value) {
  detail::append_json_key(out, key);
  detail::append_json_string(out, value);
}

inline void append_number(std::string& out, std::string_view key, std::uint64_t value) {
  detail::append_json_key(out, key);
  out += std::to_string(value);
}

/// With three digits behind the point, which a shell or jq takes as it is. It is finite.
inline void append_decimal(std::string& out, std::string_view key, double value) {
  detail::append_json_key(out, key);
  fmt::format_to(std::back_inserter(out), "{:.3f}", value);
}

}  // namespace dynamo::cli
