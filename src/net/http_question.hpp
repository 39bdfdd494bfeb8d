// A request that this process receives over HTTP, and its answer.
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

/// Why a request is refused before it is complete. The connection closes after the answer.
struct http_fault {
  int status = 400;
  std::string_view sentence{};  ///< for people; a literal
};

/// A request that has been received completely, or one that is refused. Valid during the call.
struct http_question {
  std::string_view method{};
  std::string_view path{};                 ///< before '?', with its escapes
  std::string_view query{};                ///< after '?', with its escapes
  std::span<const header_view> headers{};  ///< in the order in which they were received
  const body_buffer& body = no_body();     ///< finished; empty if there is none
  const http_fault* fault = nullptr;       ///< not null: refused, and nothing else is set

  /// The first header of that name, without regard to case.
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
