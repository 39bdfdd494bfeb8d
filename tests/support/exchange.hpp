// Requests through a transport, as values a test can wait for.
#pragma once

#include "net/transport.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <string>

namespace dynamo::test {

/// A transfer under way.
struct pending_exchange {
  net::transport::transfer_id id = 0;
  std::future<net::http_outcome> outcome;

  [[nodiscard]] bool done() const;
  /// Waits for the end; fails the test if that takes half a minute.
  [[nodiscard]] net::http_outcome wait();
  /// Waits; fails the test and returns an empty response when there is none.
  [[nodiscard]] net::http_response response();
  /// Waits; fails the test when there is a response.
  [[nodiscard]] net::transport_error error();
};

/// Sends `request`; when its handler runs a second time, std::future_error ends the test program.
[[nodiscard]] pending_exchange start(net::transport& transport, net::http_request request);
/// A POST of "{}" as a client sends it.
[[nodiscard]] net::http_request post_to(const std::string& url);

}  // namespace dynamo::test
