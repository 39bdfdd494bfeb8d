// Converts curl's result codes to transport_error.
#pragma once

#include "net/transport.hpp"

#include <curl/curl.h>

#include <string>
#include <string_view>

namespace dynamo::net {

/// The state of a failed transfer.
struct failed_transfer {
  CURL* easy = nullptr;      ///< the handle after the transfer
  std::string_view url;      ///< the request's
  std::string_view detail;   ///< curl's error buffer
  bool connected = false;    ///< a connection was ready for the request
  std::size_t received = 0;  ///< body bytes
  const transport_options* options = nullptr;
};

/// "host:port" of `url`, without user name or password; "the server" if it cannot be parsed.
[[nodiscard]] std::string authority_of(std::string_view url);

/// The kind and message for a result other than CURLE_OK.
[[nodiscard]] transport_error explain(CURLcode code, const failed_transfer& failed);

}  // namespace dynamo::net
