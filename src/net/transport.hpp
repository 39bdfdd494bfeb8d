// HTTP for the client layer: requests, responses, timers. Independent of DynamoDB.
#pragma once

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/core/clock.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dynamo::net {

/// The User-Agent of this library.
inline constexpr std::string_view user_agent = "dynamo-cpp/0.1";

struct http_request {
  std::string method = "POST";
  std::string url{};
  std::vector<std::string> headers{};  ///< "Name: value" lines
  std::string body{};
  std::shared_ptr<body_gate> gate{};  ///< admits the response body; null: always admitted
  bool direct = false;  ///< bypasses any proxy: the address belongs to the machine itself
  std::optional<dynamo::deadline> deadline{};  ///< by `transport_options::time`
};

struct http_response {
  int status = 0;
  body_buffer body{};                    ///< finished: padding is in place
  std::string request_id{};              ///< x-amzn-requestid
  std::string date{};                    ///< the server's Date header, to measure clock skew
  std::optional<std::uint32_t> crc32{};  ///< x-amz-crc32
  std::optional<std::chrono::milliseconds> retry_after{};  ///< x-amz-retry-after
};

/// Why there is no response.
enum class transport_errc : std::uint8_t {
  unknown_host,       ///< name resolution failed
  refused,            ///< no connection could be made
  tls,                ///< the peer's certificate or the handshake was not accepted
  timeout,            ///< connecting took too long, or the transfer stalled
  connection_lost,    ///< reset, closed early or truncated after connecting
  too_large,          ///< the body exceeds `transport_options::max_response_bytes`
  invalid_request,    ///< the URL or proxy is malformed or has an unsupported scheme
  deadline_exceeded,  ///< the request's own deadline passed
  cancelled,          ///< by cancel() or by the transport's destruction
  storage,            ///< the engine in this process cannot read or write its file
  memory,             ///< an allocation failed
};

struct transport_error {
  transport_errc kind = transport_errc::cancelled;
  std::string message{};  ///< one sentence for people that names host and port
  /// How long the body waited for its gate; not the peer's fault.
  std::chrono::nanoseconds waited{};
};

using http_outcome = std::variant<http_response, transport_error>;

struct transport_options {
  std::chrono::milliseconds connect_timeout{5000};
  /// A transfer that moves no byte for this long has stalled. Time spent waiting for the gate does
  /// not count.
  std::chrono::milliseconds stall_timeout{60'000};
  /// Idle connections older than this are not reused: servers close them after 60 to 90 s.
  std::chrono::seconds max_idle{50};
  std::size_t max_response_bytes = std::size_t{128} << 20;
  std::size_t receive_buffer_bytes = std::size_t{64} << 10;
  std::size_t max_connections = 256;
  std::string ca_bundle{};  ///< a file of PEM certificates; empty: the system's
  std::string user_agent{};
  /// The clock of deadlines and of `transport::schedule`; null: the system clock. The other times
  /// of these options are real time. The clock must not call the transport.
  std::shared_ptr<const clock> time{};
};

/// Sends HTTP requests. Thread-safe. Handlers run on the network thread, exactly once each; they
/// must return quickly and must not throw. They may call the transport.
class transport {
 public:
  using transfer_id = std::uint64_t;
  virtual ~transport() = default;

  /// Starts a transfer.
  virtual transfer_id send(http_request request, std::function<void(http_outcome)> done) = 0;
  /// Ends a transfer with transport_errc::cancelled; does nothing if it has ended.
  virtual void cancel(transfer_id id) = 0;
  /// Runs `task` on the network thread as soon as `transport_options::time` reaches `when`. Tasks
  /// still waiting when the transport is destroyed run then.
  virtual void schedule(std::chrono::steady_clock::time_point when, std::function<void()> task) = 0;
};

/// Creates a transport on libcurl's multi interface with one network thread, started by the first
/// send. The transport's destructor cancels all transfers, runs every handler and joins the thread.
[[nodiscard]] std::unique_ptr<transport> make_curl_transport(transport_options options);

}  // namespace dynamo::net
