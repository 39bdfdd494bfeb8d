// Reads a whole scan with one blocking socket and evaluates only the position of the next page: the
// lower bound for all clients of this protocol on this machine.
#include "measure.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

// Returns the number after `name` in `text`.
std::uint64_t number_after(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  std::uint64_t value = 0;
  if (at == text.npos) throw std::runtime_error(fmt::format("a response has no {}", name));
  const char* const start = text.data() + at + name.size();
  if (std::from_chars(start, text.data() + text.size(), value).ec != std::errc()) {
    throw std::runtime_error(fmt::format("{} is not a number", name));
  }
  return value;
}

class server {
 public:
  explicit server(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
    // A page and its headers: servers limit pages to 1 MiB.
    buffer_.resize(3 << 19);
  }
  ~server() { close(socket_); }
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Returns the body of the response. Lifetime: valid until the next call.
  std::string_view ask(std::string_view body) {
    const std::string request = fmt::format(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: DynamoDB_20120810.Scan\r\n"
        "Content-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\n\r\n{}",
        body.size(), body);
    for (std::size_t sent = 0; sent < request.size();) {
      sent +=
          check(send(socket_, request.data() + sent, request.size() - sent, MSG_NOSIGNAL), "send");
    }
    std::size_t filled = 0;
    std::size_t head = std::string_view::npos;
    while (head == std::string_view::npos) {
      filled += receive(filled);
      head = std::string_view(buffer_.data(), filled).find("\r\n\r\n");
    }
    const std::string_view headers(buffer_.data(), head);
    if (!headers.starts_with("HTTP/1.1 200")) {
      throw std::runtime_error(fmt::format("the server answered: {}", headers));
    }
    const std::size_t length = number_after(headers, "Content-Length: ");
    if (head + 4 + length > buffer_.size()) throw std::runtime_error("a page is too large");
    while (filled < head + 4 + length) filled += receive(filled);
    return {buffer_.data() + head + 4, length};
  }

 private:
  static std::size_t check(ssize_t value, const char* what) {
    if (value < 0) throw std::system_error(errno, std::generic_category(), what);
    return static_cast<std::size_t>(value);
  }

  std::size_t receive(std::size_t filled) {
    const std::size_t size =
        check(recv(socket_, buffer_.data() + filled, buffer_.size() - filled, 0), "recv");
    if (size == 0) throw std::runtime_error("the server closed the connection");
    return size;
  }

  int socket_;
  std::vector<char> buffer_;
};

// Returns the raw LastEvaluatedKey from the end of the page; empty on a segment's last page.
std::string_view next_position(std::string_view page) {
  const std::string_view tail = page.substr(page.size() - std::min<std::size_t>(page.size(), 1024));
  constexpr std::string_view name = R"(,"LastEvaluatedKey":)";
  const std::size_t at = tail.rfind(name);
  if (at == tail.npos) return {};
  const std::size_t start = at + name.size();
  return tail.substr(start, tail.rfind(R"(,"ScannedCount")") - start);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  std::uint32_t segments = 1;
  CLI::App app("Reads a scan of the replay server and decodes nothing");
  app.add_option("--port", port, "Port of the replay server on 127.0.0.1")->required();
  app.add_option("--segments", segments, "TotalSegments; the segments are read one after the other")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  try {
    const dynamo::bench::measurement run;
    dynamo::bench::outcome sums{.name = "raw read", .items = 0, .age_sum = {}, .bytes = 0};
    server connection(port);
    for (std::uint32_t segment = 0; segment < segments; ++segment) {
      const std::string scan = fmt::format(
          R"({{"TableName":"users","Segment":{},"TotalSegments":{})", segment, segments);
      std::string request = scan + '}';
      while (true) {
        const std::string_view page = connection.ask(request);
        sums.items += number_after(page.substr(0, 64), R"("Count":)");
        sums.bytes += page.size();
        const std::string_view position = next_position(page);
        if (position.empty()) break;
        request = fmt::format(R"({},"ExclusiveStartKey":{}}})", scan, position);
      }
    }
    fmt::print("{}\n", json_line(sums, run.finish()));
    return 0;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "raw_read: {}\n", failure.what());
    return 1;
  }
}
