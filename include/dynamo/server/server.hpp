// DynamoDB's own protocol in front of an embedded engine, for any AWS SDK.
#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/clock.hpp>
#include <dynamo/core/log.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/engine/embedded_engine.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dynamo {

/// Settings of a server. Plain data; each member has a default.
struct server_options {
  /// "127.0.0.1:8000", "[::1]:8000", or a port alone, for 127.0.0.1; port 0 takes a free one. There
  /// is no TLS: at any address but this machine's own, others can read along.
  std::string listen = "127.0.0.1:8000";
  /// At the same time; each has a thread. More are closed without an answer, or wait for their
  /// turn.
  unsigned connections = 256;
  /// Of a request; longer ones are answered with 413. DynamoDB takes 16 MB of items, which are more
  /// in JSON: binary values by a third.
  std::size_t max_body_bytes = std::size_t{24} << 20;
  /// Whose requests are answered; empty: everybody's, signed or not.
  std::vector<credentials> accepted{};
  std::shared_ptr<clock> time{};  ///< null: the machine's
  std::shared_ptr<logger> log{};  ///< is told of each request; null: nobody is
};

/// Listens as long as it lives. Its end answers the requests under way. Move-only; belongs to one
/// thread, with threads of its own for its connections.
class server {
 public:
  /// errc::invalid_argument if `options.listen` is no address or a bound is 0, errc::configuration,
  /// in one sentence that names the address, if nothing can listen there.
  static result<server> try_start(const embedded_engine& before, server_options options = {});
  /// As `try_start`; throws its error.
  static server start(const embedded_engine& before, server_options options = {}) {
    return try_start(before, std::move(options)).value();
  }
  server(server&& other) noexcept;
  server& operator=(server&& other) noexcept;
  ~server();

  /// With the port that the system chose, if it did.
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// What clients take for an endpoint: "http://127.0.0.1:8000".
  [[nodiscard]] std::string url() const;
  /// True if only programs on this machine reach it.
  [[nodiscard]] bool is_loopback() const noexcept;

 private:
  struct parts;
  explicit server(std::unique_ptr<parts> of);
  std::unique_ptr<parts> parts_;
};

}  // namespace dynamo
