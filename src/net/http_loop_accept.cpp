// Accepts connections of a listener and closes others to make room.
#include "net/http_loop.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <iterator>
#include <new>
#include <string>
#include <utility>

namespace dynamo::net {

void http_loop::accept_all() {
  for (std::size_t i = 0; i < events_at_once && !is_ending_; ++i) {
    const bool full = waiting_.size() + busy_.size() >= limits_.connections;
    if (full && waiting_.empty()) return;  // all of them are being answered
    detail::descriptor socket(
        ::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket.is_open()) {
      if (full) make_room();
      add(std::move(socket));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      if (make_room()) continue;
      accepts_after_ = now_ + accept_pause;
      return;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    }
    // Any other error means that the client has already closed the connection.
  }
}

void http_loop::add(detail::descriptor socket) try {
  const int yes = 1;
  // A response is sent as a whole: delaying it gains nothing. A failure here is harmless.
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  connection& made = waiting_.emplace_back(std::move(socket), request_limits_);
  made.self = std::prev(waiting_.end());
  made.deadline = now_ + limits_.idle;
  epoll_event begun{};
  begun.events = EPOLLIN | EPOLLONESHOT;
  begun.data.ptr = &made;
  if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, made.socket(), &begun) != 0) close(made);
} catch (const std::bad_alloc&) {
  accepts_after_ = now_ + accept_pause;  // the client's connection is closed
}

bool http_loop::make_room() {
  if (waiting_.empty()) return false;
  ++evicted_;
  close(waiting_.front());
  return true;
}

void http_loop::report_evictions() {
  if (evicted_ == 0) return;
  if (wanted(log_, log_event::connections_full)) {
    log_record record{.event = log_event::connections_full};
    record.detail = "closed " + std::to_string(evicted_) +
                    " connections to make room, the longest waiting first; at most " +
                    std::to_string(limits_.connections) + " may be open";
    log_->write(std::move(record));
  }
  evicted_ = 0;
}

}  // namespace dynamo::net
