// An HTTP front that listens on a socket.
#pragma once

#include "net/http_listener.hpp"
#include "server/http_front.hpp"

#include <dynamo/core/result.hpp>
#include <dynamo/server/server.hpp>

#include <memory>

namespace dynamo::server_side {

/// Listens as long as it lives; the destructor answers the requests in progress.
class listening_front {
 public:
  /// As `server::try_start`.
  static result<std::unique_ptr<listening_front>> open(executor carry_out, server_options options);

  [[nodiscard]] const net::listen_address& address() const noexcept { return http_->address(); }

 private:
  listening_front(executor carry_out, front_options options)
      : front_(std::move(carry_out), std::move(options)) {}

  http_front front_;
  std::unique_ptr<net::http_listener> http_;  // destroyed first
};

}  // namespace dynamo::server_side
