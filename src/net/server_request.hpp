// An HTTP request that this process receives, and the response.
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

/// Name and value of a header as received, without white space around the value.
using header_view = std::pair<std::string_view, std::string_view>;

/// Why a request is refused before it is complete. The connection closes after the response.
struct http_fault {
  int status = 400;
  std::string_view sentence{};  ///< for people; a literal
};

/// A complete request, or a refused one. Valid during the call.
struct server_request {
  std::string_view method{};
  std::string_view path{};                 ///< before '?', still percent-encoded
  std::string_view query{};                ///< after '?', still percent-encoded
  std::span<const header_view> headers{};  ///< in the order received
  const body_buffer& body = no_body();     ///< finished; empty without a body
  const http_fault* fault = nullptr;       ///< not null: refused; no other member is set

  /// The first header of that name, compared without case.
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
  body_buffer body{};  ///< sent without a copy
};

}  // namespace dynamo::net
