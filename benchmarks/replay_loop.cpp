#include "replay_loop.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <deque>
#include <system_error>
#include <unordered_map>
#include <utility>

namespace dynamo::bench {
namespace {

using time_point = std::chrono::steady_clock::time_point;

// With the kernel's default a page does not fit, and many connections stall with zero windows.
constexpr int send_buffer_bytes = 1 << 20;
constexpr std::size_t longest_request = 1 << 16;

int checked(int value, const char* what) {
  if (value < 0) throw std::system_error(errno, std::generic_category(), what);
  return value;
}

class descriptor {
 public:
  explicit descriptor(int number) : number_(number) {}
  ~descriptor() { close(number_); }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

int listen_locally(std::uint16_t port) {
  const int listener =
      checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  const int on = 1;
  // Accepted connections inherit these. Root may exceed net.core.wmem_max.
  if (setsockopt(listener, SOL_SOCKET, SO_SNDBUFFORCE, &send_buffer_bytes,
                 sizeof send_buffer_bytes) != 0) {
    setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &send_buffer_bytes, sizeof send_buffer_bytes);
  }
  setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  checked(listen(listener, SOMAXCONN), "listen");
  return listener;
}

int wait_for_signals() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  checked(sigprocmask(SIG_BLOCK, &ends, nullptr), "sigprocmask");
  return checked(signalfd(-1, &ends, SFD_NONBLOCK | SFD_CLOEXEC), "signalfd");
}

struct connection {
  connection(int number, std::uint64_t id) : socket(number), serial(id) {}

  descriptor socket;
  /// Distinguishes it from an older connection with the same descriptor.
  std::uint64_t serial;
  std::string input;
  reply response;
  /// The unsent rest of `response`; empty if there is none.
  std::string_view unsent;
  bool delayed = false;
  bool wants_write = false;
};

}  // namespace

class replay_loop::connections {
 public:
  connections(const loop_options& options, answer answer_request)
      : options_(options),
        answer_(std::move(answer_request)),
        poll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
        listener_(listen_locally(options.port)),
        signals_(wait_for_signals()) {
    watch(EPOLL_CTL_ADD, listener_.get(), EPOLLIN);
    watch(EPOLL_CTL_ADD, signals_.get(), EPOLLIN);
  }

  [[nodiscard]] std::uint16_t port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    checked(getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size),
            "getsockname");
    return ntohs(address.sin_port);
  }

  void run() {
    std::array<epoll_event, 64> events{};
    while (true) {
      const int ready = epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()),
                                   milliseconds_to_wait());
      if (ready < 0 && errno != EINTR) checked(ready, "epoll_wait");
      for (int at = 0; at < ready; ++at) {
        const epoll_event& event = events[static_cast<std::size_t>(at)];
        if (event.data.fd == signals_.get()) return;
        if (event.data.fd == listener_.get()) {
          accept_all();
        } else {
          serve(event.data.fd, event.events);
        }
      }
      send_due();
    }
  }

 private:
  struct delayed_reply {
    time_point due;
    int number;
    std::uint64_t serial;
  };

  void watch(int operation, int number, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = number;
    checked(epoll_ctl(poll_.get(), operation, number, &event), "epoll_ctl");
  }

  int milliseconds_to_wait() const {
    if (delayed_.empty()) return -1;
    const auto left = delayed_.front().due - std::chrono::steady_clock::now();
    // Rounded up: on an early wake-up nothing would be due.
    const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    return static_cast<int>(std::max<std::int64_t>(rounded, 0));
  }

  void accept_all() {
    while (true) {
      const int number = accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (number < 0) return;
      watch(EPOLL_CTL_ADD, number, EPOLLIN);
      open_.insert_or_assign(number, std::make_unique<connection>(number, ++serial_));
    }
  }

  void serve(int number, std::uint32_t events) {
    const auto found = open_.find(number);
    if (found == open_.end()) return;
    connection& client = *found->second;
    const bool alive = (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0 || receive(client);
    if (!alive || !advance(client)) open_.erase(found);
  }

  static bool receive(connection& client) {
    std::array<char, 16384> chunk{};
    while (true) {
      const ssize_t size = recv(client.socket.get(), chunk.data(), chunk.size(), 0);
      if (size < 0) return errno == EAGAIN || errno == EINTR;
      if (size == 0) return false;
      client.input.append(chunk.data(), static_cast<std::size_t>(size));
      if (client.input.size() > longest_request) return false;
      if (static_cast<std::size_t>(size) < chunk.size()) return true;
    }
  }

  // Sends as much as possible, then handles the next request. Returns false to close the
  // connection.
  bool advance(connection& client) {
    while (!client.delayed) {
      if (!send_rest(client)) return false;
      if (!client.unsent.empty()) return true;
      http_request request;
      switch (read_request(client.input, request)) {
        case request_state::malformed:
          return false;
        case request_state::incomplete:
          return true;
        case request_state::complete:
          break;
      }
      client.response = answer_(request);
      client.unsent = client.response.own.empty() ? client.response.shared : client.response.own;
      client.input.erase(0, request.size);
      if (options_.latency.count() > 0) {
        client.delayed = true;
        delayed_.push_back({std::chrono::steady_clock::now() + options_.latency,
                            client.socket.get(), client.serial});
      }
    }
    return true;
  }

  bool send_rest(connection& client) {
    while (!client.unsent.empty()) {
      const ssize_t size =
          send(client.socket.get(), client.unsent.data(), client.unsent.size(), MSG_NOSIGNAL);
      if (size < 0) {
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return false;
        want_write(client, true);
        return true;
      }
      client.unsent.remove_prefix(static_cast<std::size_t>(size));
    }
    want_write(client, false);
    return true;
  }

  void want_write(connection& client, bool wanted) {
    if (client.wants_write == wanted) return;
    client.wants_write = wanted;
    watch(EPOLL_CTL_MOD, client.socket.get(), wanted ? EPOLLIN | EPOLLOUT : EPOLLIN);
  }

  // All have the same delay, so the first in is the first due.
  void send_due() {
    while (!delayed_.empty() && delayed_.front().due <= std::chrono::steady_clock::now()) {
      const delayed_reply next = delayed_.front();
      delayed_.pop_front();
      const auto found = open_.find(next.number);
      if (found == open_.end() || found->second->serial != next.serial) continue;
      found->second->delayed = false;
      if (!advance(*found->second)) open_.erase(found);
    }
  }

  loop_options options_;
  answer answer_;
  descriptor poll_;
  descriptor listener_;
  descriptor signals_;
  std::unordered_map<int, std::unique_ptr<connection>> open_;
  std::deque<delayed_reply> delayed_;
  std::uint64_t serial_ = 0;
};

replay_loop::replay_loop(const loop_options& options, answer answer_request)
    : state_(std::make_unique<connections>(options, std::move(answer_request))) {}
replay_loop::~replay_loop() = default;
std::uint16_t replay_loop::port() const {
  return state_->port();
}
void replay_loop::run() {
  state_->run();
}

}  // namespace dynamo::bench
