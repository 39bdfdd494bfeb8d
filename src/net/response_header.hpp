// What the client layer wants to know from a response's header lines.
#pragma once

#include "net/transport.hpp"

#include <string_view>

namespace dynamo::net {

/// Takes one header line, with or without its line end, into `response`. A status line begins a new
/// block and forgets what an earlier one (1xx) said. Names are compared without case; a value that
/// is not a number where one is expected counts as absent.
void read_header_line(std::string_view line, http_response& response);

/// Whether two header names are the same, without case.
[[nodiscard]] bool same_header(std::string_view left, std::string_view right) noexcept;

}  // namespace dynamo::net
