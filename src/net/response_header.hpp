// The response headers that the client layer needs.
#pragma once

#include "net/transport.hpp"

#include <string_view>

namespace dynamo::net {

/// Parses one header line, with or without its line end, into `response`. A status line begins a
/// new block and discards the values of an earlier one (1xx). Names are compared without case; a
/// value that is not a number where one is expected counts as absent.
void read_header_line(std::string_view line, http_response& response);

/// True if two header names are equal, compared without case.
[[nodiscard]] bool same_header(std::string_view left, std::string_view right) noexcept;

}  // namespace dynamo::net
