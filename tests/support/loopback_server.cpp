#include "support/loopback_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

namespace dynamo::test {
namespace {

[[noreturn]] void throw_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// On `port`, or on a free one, whose number is put there.
int bound_socket(std::uint16_t& port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) throw_errno("socket");
  // A port may have one socket that listens and one that keeps it.
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, generic, size) != 0 || ::getsockname(socket, generic, &size) != 0)
    throw_errno("bind");
  port = ntohs(address.sin_port);
  return socket;
}

std::string lower(std::string_view text) {
  std::string copy(text);
  for (char& c : copy)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return copy;
}

}  // namespace

void latch::open() {
  std::vector<std::function<void()>> actions;
  {
    const std::lock_guard lock(mutex_);
    open_ = true;
    actions.swap(actions_);
  }
  for (const auto& action : actions) action();
}

bool latch::is_open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

void latch::when_open(std::function<void()> action) {
  {
    const std::lock_guard lock(mutex_);
    if (!open_) {
      actions_.push_back(std::move(action));
      return;
    }
  }
  action();
}

std::string response_text(int status, std::string_view body,
                          const std::vector<std::string>& headers) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " Status\r\n";
  for (const std::string& line : headers) text += line + "\r\n";
  text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return text.append(body);
}

script respond(int status, std::string_view body, const std::vector<std::string>& headers) {
  return {step::send{response_text(status, body, headers)}};
}

// Shared with latches, which may outlive the server.
struct loopback_server::waker {
  waker() : fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (fd < 0) throw_errno("eventfd");
  }
  waker(const waker&) = delete;
  waker& operator=(const waker&) = delete;
  ~waker() { ::close(fd); }
  void wake() const {
    const std::uint64_t one = 1;
    // It can only fail when the counter is full, and then the server is awake anyway.
    if (::write(fd, &one, sizeof one) < 0) return;
  }
  void drain() const {
    std::uint64_t count = 0;
    if (::read(fd, &count, sizeof count) < 0) return;
  }
  int fd;
};

struct loopback_server::connection {
  connection(int socket_in, SSL_CTX* tls, std::size_t number_in)
      : socket(socket_in), number(number_in) {
    if (tls != nullptr) {
      ssl = SSL_new(tls);
      SSL_set_fd(ssl, socket);
      SSL_set_accept_state(ssl);
    }
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection() {
    if (ssl != nullptr) {
      SSL_shutdown(ssl);  // tells the client that the end is meant, if the socket takes it
      SSL_free(ssl);
    }
    ::close(socket);
  }

  // Bytes moved; 0 at the end; nothing when it would block.
  std::optional<std::size_t> read(char* into, std::size_t size) const {
    if (ssl != nullptr) return tls_result(SSL_read(ssl, into, static_cast<int>(size)));
    return plain_result(::recv(socket, into, size, 0));
  }
  std::optional<std::size_t> write(std::string_view bytes) const {
    if (ssl != nullptr)
      return tls_result(SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size())));
    return plain_result(::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }

  int socket;
  SSL* ssl = nullptr;
  std::size_t number;
  std::string input;
  script steps;
  std::size_t next_step = 0;
  std::size_t sent = 0;  // of the current step
  bool blocked_on_write = false;
  std::optional<std::chrono::steady_clock::time_point> goes_on_at;  // of the pause under way
  bool ended = false;

 private:
  static std::optional<std::size_t> plain_result(ssize_t moved) {
    if (moved >= 0) return static_cast<std::size_t>(moved);
    if (errno == EAGAIN || errno == EINTR) return std::nullopt;
    return 0;
  }
  [[nodiscard]] std::optional<std::size_t> tls_result(int moved) const {
    if (moved > 0) return static_cast<std::size_t>(moved);
    const int why = SSL_get_error(ssl, moved);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return std::nullopt;
    return 0;
  }
};

loopback_server::loopback_server(responder answer, SSL_CTX* tls)
    : answer_(std::move(answer)), tls_(tls), waker_(std::make_shared<waker>()) {
  reserved_ = bound_socket(port_);
  listen();
  thread_ = std::thread([this] { run(); });
}

loopback_server::~loopback_server() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  waker_->wake();
  thread_.join();
  if (listener_ >= 0) ::close(listener_);
  ::close(reserved_);
}

void loopback_server::listen() {
  listener_ = bound_socket(port_);
  if (::listen(listener_, 512) != 0) throw_errno("listen");
  ::fcntl(listener_, F_SETFL, O_NONBLOCK);
}

int loopback_server::poll_milliseconds() const {
  const auto now = std::chrono::steady_clock::now();
  auto next = std::chrono::steady_clock::time_point::max();
  if (listener_ < 0) next = listens_again_;
  for (const auto& peer : peers_)
    if (peer->goes_on_at) next = std::min(next, *peer->goes_on_at);
  if (next == std::chrono::steady_clock::time_point::max()) return -1;
  if (next <= now) return 0;
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(next - now).count());
}

std::string loopback_server::url() const {
  return (tls_ != nullptr ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_) +
         '/';
}

std::size_t loopback_server::connections() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

std::vector<received_request> loopback_server::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void loopback_server::wait_for_requests(std::size_t count) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return requests_.size() >= count; });
}

void loopback_server::wait_for_closed(std::size_t count) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_by_client_ >= count; });
}

void loopback_server::run() {
  // OpenSSL writes without MSG_NOSIGNAL, also to clients that have gone.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  std::vector<pollfd> polled;
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) break;
    }
    if (listener_ < 0 && std::chrono::steady_clock::now() >= listens_again_) listen();
    // A descriptor of -1 is passed over.
    polled.assign({{listener_, POLLIN, 0}, {waker_->fd, POLLIN, 0}});
    for (const auto& peer : peers_) {
      const int wanted = POLLIN | (peer->blocked_on_write ? POLLOUT : 0);
      polled.push_back({peer->socket, static_cast<short>(wanted), 0});
    }
    ::poll(polled.data(), polled.size(), poll_milliseconds());
    waker_->drain();
    // Every connection is tried, ready or not: tests have few of them.
    for (const auto& peer : peers_) serve(*peer);
    std::erase_if(peers_, [](const auto& peer) { return peer->ended; });
    accept_all();
  }
  peers_.clear();
}

void loopback_server::accept_all() {
  while (listener_ >= 0) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::size_t number = 0;
    {
      const std::lock_guard lock(mutex_);
      number = accepted_++;
    }
    peers_.push_back(std::make_unique<connection>(socket, tls_, number));
  }
}

void loopback_server::serve(connection& peer) {
  const bool open = read_from(peer);
  play(peer);
  while (!peer.ended && peer.next_step == peer.steps.size()) {
    const std::size_t before = peer.input.size();
    take_request(peer);
    if (peer.input.size() == before) break;
    play(peer);
  }
  if (open || peer.ended) return;
  peer.ended = true;
  const std::lock_guard lock(mutex_);
  ++closed_by_client_;
  changed_.notify_all();
}

// Returns false when the client has closed the connection.
bool loopback_server::read_from(connection& peer) {
  std::array<char, 16384> chunk;
  while (true) {
    const auto size = peer.read(chunk.data(), chunk.size());
    if (!size) return true;
    if (*size == 0) return false;
    peer.input.append(chunk.data(), *size);
  }
}

void loopback_server::take_request(connection& peer) {
  const auto head_end = peer.input.find("\r\n\r\n");
  if (head_end == std::string::npos) return;
  std::string_view head = std::string_view(peer.input).substr(0, head_end + 2);
  received_request request;
  request.connection = peer.number;
  request.method = head.substr(0, head.find(' '));
  head.remove_prefix(request.method.size() + 1);
  request.target = head.substr(0, head.find(' '));
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    const auto colon = line.find(':');
    request.headers[lower(line.substr(0, colon))] =
        line.substr(std::min(line.size(), line.find_first_not_of(' ', colon + 1)));
  }
  std::size_t length = 0;
  if (const auto header = request.headers.find("content-length"); header != request.headers.end()) {
    const std::string& text = header->second;
    std::from_chars(text.data(), text.data() + text.size(), length);
  }
  if (peer.input.size() < head_end + 4 + length) return;
  request.body = peer.input.substr(head_end + 4, length);
  peer.input.erase(0, head_end + 4 + length);
  {
    const std::lock_guard lock(mutex_);
    request.number = requests_.size();
    requests_.push_back(request);
  }
  changed_.notify_all();
  peer.steps = answer_(request);
  peer.next_step = 0;
  peer.sent = 0;
  for (const server_step& one : peer.steps)
    if (const auto* pause = std::get_if<step::wait>(&one))
      pause->until->when_open([waker = waker_] { waker->wake(); });
}

// Goes on with the steps as far as they go without waiting.
void loopback_server::play(connection& peer) {
  peer.blocked_on_write = false;
  for (; !peer.ended && peer.next_step < peer.steps.size(); ++peer.next_step) {
    const server_step& current = peer.steps[peer.next_step];
    if (const auto* text = std::get_if<step::send>(&current)) {
      while (peer.sent < text->bytes.size()) {
        const auto size = peer.write(std::string_view(text->bytes).substr(peer.sent));
        if (!size) {
          peer.blocked_on_write = true;
          return;
        }
        if (*size == 0) return;  // the client is gone; the next read says so
        peer.sent += *size;
      }
      peer.sent = 0;
    } else if (const auto* pause = std::get_if<step::wait>(&current)) {
      if (!pause->until->is_open()) return;
    } else if (const auto* rest = std::get_if<step::pause>(&current)) {
      const auto now = std::chrono::steady_clock::now();
      if (!peer.goes_on_at) peer.goes_on_at = now + rest->length;
      if (now < *peer.goes_on_at) return;
      peer.goes_on_at.reset();
    } else if (const auto* gone = std::get_if<step::refuse>(&current)) {
      listens_again_ = std::chrono::steady_clock::now() + gone->length;
      if (listener_ >= 0) ::close(listener_);
      listener_ = -1;
    } else if (std::holds_alternative<step::close>(current)) {
      peer.ended = true;
    } else if (std::holds_alternative<step::reset>(current)) {
      const linger none{1, 0};
      ::setsockopt(peer.socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
      peer.ended = true;
    } else {
      return;
    }
  }
}

std::uint16_t unused_port() {
  std::uint16_t port = 0;
  ::close(bound_socket(port));
  return port;
}

}  // namespace dynamo::test
