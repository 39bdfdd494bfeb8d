// Bytes to a server on 127.0.0.1, and what it sends back.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace dynamo::test {

/// A connection that speaks for itself: no library corrects what a test sends.
class plain_connection {
 public:
  explicit plain_connection(std::uint16_t port)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(port);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) {
      throw std::system_error(errno, std::generic_category(), "connect");
    }
  }
  plain_connection(const plain_connection&) = delete;
  plain_connection& operator=(const plain_connection&) = delete;
  ~plain_connection() { ::close(socket_); }

  /// A peer that has closed takes no more, which is no failure here.
  void send(std::string_view bytes) const {
    (void)::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  /// All until the peer closes.
  [[nodiscard]] std::string read_to_end() const {
    std::string text;
    std::array<char, 4096> block{};
    for (;;) {
      const ssize_t count = ::recv(socket_, block.data(), block.size(), 0);
      if (count <= 0) return text;
      text.append(block.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  int socket_;
};

/// The whole answer to a request without a body: "GET /metrics" say.
inline std::string ask(std::uint16_t port, std::string_view what, std::string_view headers = {}) {
  const plain_connection peer(port);
  peer.send(std::string(what) + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" +
            std::string(headers) + "\r\n");
  return peer.read_to_end();
}

/// What stands behind the header of an answer.
inline std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : answer.substr(end + 4);
}

}  // namespace dynamo::test
