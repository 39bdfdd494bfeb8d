#include "net/http_connection.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <iterator>
#include <string_view>
#include <utility>

namespace dynamo::net {
namespace {

std::string_view reason_of(int status) {
  constexpr std::array<std::pair<int, std::string_view>, 13> reasons = {{
      {200, "OK"},
      {400, "Bad Request"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {413, "Content Too Large"},
      {417, "Expectation Failed"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {505, "HTTP Version Not Supported"},
  }};
  for (const auto& [number, text] : reasons) {
    if (number == status) return text;
  }
  return "Unknown";
}

iovec piece(std::string_view bytes) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): sendmsg does not write to it
  return {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
}

}  // namespace

void http_connection::put(http_reply reply, bool closing) {
  body_ = std::move(reply.body);
  body_size_ = parser.is_complete() && parser.request().method == "HEAD" ? 0 : body_.size();
  closes_ = closing;
  sent_ = 0;
  head_.clear();
  auto out = std::back_inserter(head_);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", reply.status,
                 reason_of(reply.status), fmt::gmtime(std::time(nullptr)));
  for (const auto& [name, value] : reply.headers) fmt::format_to(out, "{}: {}\r\n", name, value);
  fmt::format_to(out, "Content-Length: {}\r\n{}\r\n", body_.size(),
                 closes_ ? "Connection: close\r\n" : "");
}

http_connection::progress http_connection::send() {
  const std::size_t whole = head_.size() + body_size_;
  while (sent_ < whole) {
    const std::string_view head = std::string_view(head_).substr(std::min(sent_, head_.size()));
    const std::size_t of_body = sent_ - std::min(sent_, head_.size());
    const std::string_view body = body_.text().substr(0, body_size_).substr(of_body);
    std::array<iovec, 2> pieces = {piece(head), piece(body)};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    const ssize_t count = ::sendmsg(socket(), &message, MSG_NOSIGNAL);
    if (count >= 0) {
      sent_ += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return progress::blocked;
    } else if (errno != EINTR) {
      return progress::failed;
    }
  }
  return progress::done;
}

bool http_connection::send_continue() {
  if (std::exchange(continued_, true)) return true;
  constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
  // The socket's send buffer is still empty: if it has no room, the client reads nothing.
  return ::send(socket(), text.data(), text.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(text.size());
}

void http_connection::finish() const {
  // A failure here shows up again when the connection is read.
  (void)::shutdown(socket(), SHUT_WR);
}

void http_connection::reset() {
  parser.reset();
  std::string().swap(head_);  // assignment would keep its memory
  body_ = {};
  body_size_ = sent_ = 0;
  continued_ = false;
}

}  // namespace dynamo::net
