// Parses HTTP/1.1 requests, without sockets. Everything that RFC 9112 does not allow is refused: a
// proxy in front of this process could read a lenient request differently (request smuggling).
#pragma once

#include "net/server_request.hpp"

#include <dynamo/core/body_buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::net {

/// Limits on one request.
struct request_limits {
  std::size_t head_bytes = std::size_t{8} << 10;  ///< of request line and headers; also of trailers
  std::size_t header_count = 100;
  std::size_t body_bytes = 0;
};

/// Parses one request. Feed it until the request is complete or refused. Used by one thread at a
/// time and not movable: the request's views point into it.
class request_parser {
 public:
  explicit request_parser(const request_limits& limits) : limits_(limits) {}
  request_parser(const request_parser&) = delete;
  request_parser& operator=(const request_parser&) = delete;

  /// Consumes bytes up to the end of the request and returns their number; 0 once the request is
  /// complete or refused. Throws std::bad_alloc.
  std::size_t take(std::string_view bytes);
  /// Discards the request, frees its memory and prepares for the next one.
  void reset();

  /// True once a byte was consumed.
  [[nodiscard]] bool has_begun() const noexcept { return begun_; }
  [[nodiscard]] bool is_complete() const noexcept { return part_ == part::end; }
  [[nodiscard]] const std::optional<http_fault>& fault() const noexcept { return fault_; }
  /// True if the client waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool expects_continue() const noexcept {
    return expects_continue_ && body_.size() == 0 && (part_ == part::body || in_chunks());
  }
  /// False if the connection must close after the response.
  [[nodiscard]] bool keeps_connection() const noexcept { return keeps_connection_; }
  /// The complete request; valid until `reset`.
  [[nodiscard]] server_request request() const noexcept;
  /// Bytes of body received so far.
  [[nodiscard]] std::size_t body_size() const noexcept { return body_.size(); }
  /// Bytes of memory in use.
  [[nodiscard]] std::size_t memory() const noexcept;

 private:
  enum class part : std::uint8_t {
    request_line,
    headers,
    body,
    chunk_size,
    chunk,
    chunk_end,
    trailers,
    end
  };
  // Position of a text in `head_`, which moves while it grows.
  struct place {
    std::size_t at = 0;
    std::size_t size = 0;
  };
  struct field {
    place name;
    place value;
  };

  [[nodiscard]] bool in_chunks() const noexcept {
    return part_ == part::chunk_size || part_ == part::chunk;
  }
  [[nodiscard]] bool in_head() const noexcept {
    return part_ == part::request_line || part_ == part::headers;
  }
  [[nodiscard]] place place_of(std::string_view in_head) const noexcept {
    return {static_cast<std::size_t>(in_head.data() - head_.data()), in_head.size()};
  }
  [[nodiscard]] std::string_view text_at(place of) const noexcept {
    return std::string_view(head_).substr(of.at, of.size);
  }
  // Keeps the first fault.
  void refuse(int status, std::string_view sentence) {
    if (!fault_) fault_ = http_fault{status, sentence};
  }

  void take_line(std::string_view& bytes);
  void take_body(std::string_view& bytes);
  void read_line(std::string_view line);
  void read_request_line(std::string_view line);
  void read_version(std::string_view version);
  void read_header(std::string_view line);
  void read_trailer(std::string_view line);
  void read_chunk_size(std::string_view line);
  void end_head();
  void read_target(std::string_view host);
  void read_expectation();
  void read_framing();
  [[nodiscard]] std::optional<std::string_view> only(std::string_view name, std::string_view fault);

  const request_limits limits_;
  part part_ = part::request_line;
  std::optional<http_fault> fault_{};
  std::string head_{};       // request line and headers
  std::string line_{};       // the current line of chunks and trailers
  std::size_t line_at_ = 0;  // where the current line begins in `head_`
  std::size_t trailer_bytes_ = 0;
  std::size_t body_rest_ = 0;   // remaining bytes of the body, or of the current chunk
  std::size_t body_bound_ = 0;  // upper bound of the body's length
  place method_{};
  place target_{};
  std::vector<field> fields_{};
  std::vector<header_view> headers_{};
  std::string_view path_{};
  std::string_view query_{};
  body_buffer body_{};
  bool begun_ = false;
  bool is_1_1_ = true;
  bool keeps_connection_ = true;
  bool expects_continue_ = false;
};

}  // namespace dynamo::net
