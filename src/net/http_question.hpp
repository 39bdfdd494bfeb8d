// What somebody asks this process over HTTP, and what is answered.
#pragma once

#include "core/ascii.hpp"

#include <dynamo/core/body_buffer.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::net {

/// Name and value of a header as they were sent, without the blanks around the value.
using header_view = std::pair<std::string_view, std::string_view>;

/// A request that has come in full. Valid during the call.
struct http_question {
  std::string_view method;
  std::string_view path;                   ///< before '?', with its escapes
  std::string_view query{};                ///< behind '?', with its escapes
  std::span<const header_view> headers{};  ///< in the order in which they came
  const body_buffer& body = no_body();     ///< finished; empty if there is none
  bool too_long = false;                   ///< there was more of a body than is taken: it is gone

  /// The first header of that name, whatever its letters' case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
    for (const auto& [given, value] : headers) {
      if (ascii::equal_ignoring_case(given, name)) return value;
    }
    return std::nullopt;
  }

  static const body_buffer& no_body() {
    static const body_buffer none;
    return none;
  }
};

struct http_reply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  body_buffer body{};  ///< sent from where it is
};

}  // namespace dynamo::net
