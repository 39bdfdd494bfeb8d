// Bytes to a server on 127.0.0.1, and what it sends back.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

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
  /// Nothing more will be sent.
  void finish() const { (void)::shutdown(socket_, SHUT_WR); }
  /// All until the peer closes.
  [[nodiscard]] std::string read_to_end() const {
    std::string text = std::exchange(ahead_, {});
    while (read_more(text)) {
    }
    return text;
  }
  /// One answer, head and body, whose head tells its length; what there is if the peer closes
  /// before its end. The next one may be read after it.
  [[nodiscard]] std::string read_answer() const {
    constexpr std::string_view length_name = "\r\nContent-Length: ";
    std::string text = std::exchange(ahead_, {});
    std::size_t whole = std::string::npos;
    for (;;) {
      const std::size_t head = text.find("\r\n\r\n");
      if (whole == std::string::npos && head != std::string::npos) {
        const std::size_t length = text.find(length_name);
        whole = head + 4;
        if (length < head) whole += std::stoul(text.substr(length + length_name.size()));
      }
      if (text.size() >= whole) break;
      if (!read_more(text)) return text;
    }
    ahead_ = text.substr(whole);
    text.resize(whole);
    return text;
  }

 private:
  bool read_more(std::string& text) const {
    std::array<char, 65536> block{};
    const ssize_t count = ::recv(socket_, block.data(), block.size(), 0);
    if (count <= 0) return false;
    text.append(block.data(), static_cast<std::size_t>(count));
    return true;
  }

  int socket_;
  mutable std::string ahead_;  // read with the answer before
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
