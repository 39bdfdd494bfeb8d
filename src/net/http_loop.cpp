#include "net/http_loop.hpp"

#include "core/blocked_signals.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <new>
#include <system_error>
#include <tuple>
#include <utility>

namespace dynamo::net {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t block_bytes = std::size_t{64} << 10;
// A client that sends or receives less in a second gets the time limit without extension.
constexpr std::size_t least_bytes_a_second = std::size_t{16} << 10;
// How long a refused client may continue to send: if closed earlier, it would lose the response.
constexpr auto drain_time = 5s;

// Event ids of the two descriptors that are not connections.
char listening_mark;
char wake_mark;

[[noreturn]] void throw_errno(const char* call) {
  throw std::system_error(errno, std::generic_category(), call);
}

detail::descriptor opened(int number, const char* call) {
  if (number < 0) throw_errno(call);
  return detail::descriptor(number);
}

constexpr http_fault too_slow{408, "the request was not received in time"};
constexpr http_fault no_memory{503, "the memory limit for requests in progress is reached"};

}  // namespace

http_loop::http_loop(detail::descriptor listening, http_listener::request_handler answer,
                     const listener_limits& limits, std::shared_ptr<logger> log)
    : answer_(std::move(answer)),
      request_limits_{.head_bytes = limits.header_bytes, .body_bytes = limits.body_bytes},
      limits_(limits),
      sweep_interval_(std::clamp<std::chrono::milliseconds>(
          std::min({limits.idle, limits.request, limits.grace}) / 4, 10ms, 1s)),
      log_(std::move(log)),
      poll_(opened(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(opened(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      listening_(std::move(listening)) {
  block_.resize(block_bytes);
  epoll_event woken{};
  woken.events = EPOLLIN;
  woken.data.ptr = &wake_mark;
  epoll_event connected{};
  connected.events = EPOLLONESHOT;
  connected.data.ptr = &listening_mark;
  if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, wake_.get(), &woken) != 0 ||
      ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, listening_.get(), &connected) != 0)
    throw_errno("epoll_ctl");
  const detail::blocked_signals for_its_threads;
  workers_ = std::make_unique<worker_pool>(limits_.workers);
  thread_ = detail::owned_thread([this] { run(); });
}

http_loop::~http_loop() {
  ending_ = true;
  wake();
  thread_.join();
}

void http_loop::run() {
  std::vector<epoll_event> events(events_at_once);
  now_ = std::chrono::steady_clock::now();
  next_sweep_ = now_ + sweep_interval_;
  while (!has_ended()) {
    wait(events);
    take_rearmed();  // before the events, which may be theirs
    bool connected = false;
    for (const epoll_event& each : events) {
      if (each.data.ptr == &wake_mark) {
        std::uint64_t count = 0;
        std::ignore = ::read(wake_.get(), &count, sizeof count);  // an empty counter is fine
      } else if (each.data.ptr == &listening_mark) {
        connected = true;
        accepts_ = false;
      } else {
        take(*static_cast<connection*>(each.data.ptr), each.events);
      }
    }
    // After the events: closing connections earlier would leave events that refer to them.
    take_answered();
    if (ending_ && !is_ending_) begin_ending();
    if (is_ending_) close_idle();
    if (connected) accept_all();
    if (now_ >= next_sweep_) sweep();
  }
  report_evictions();
}

void http_loop::wait(std::vector<epoll_event>& events) {
  starved_ = !has_room();
  if (starved_) take_rearmed();  // answered before a worker could see `starved_`
  if (!accepts_ && !is_ending_ && has_room() && now_ >= accepts_after_) {
    epoll_event connected{};
    connected.events = EPOLLIN | EPOLLONESHOT;
    connected.data.ptr = &listening_mark;
    // It is registered: this cannot fail.
    accepts_ = ::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, listening_.get(), &connected) == 0;
  }
  // Nothing is due without connections.
  const bool quiet = waiting_.empty() && busy_.empty() && evicted_ == 0 && accepts_;
  auto pause = std::chrono::ceil<std::chrono::milliseconds>(next_sweep_ - now_);
  if (!accepts_ && !is_ending_) pause = std::min<std::chrono::milliseconds>(pause, accept_pause);
  events.resize(events_at_once);
  const int count = ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()),
                                 quiet ? -1 : static_cast<int>(std::max(pause, 0ms).count()));
  events.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  now_ = std::chrono::steady_clock::now();
}

void http_loop::take(connection& from, unsigned events) {
  switch (from.now) {
    case connection::stage::waiting:
      return receive(from);
    case connection::stage::draining:
      return drop_input(from);
    default:
      if ((events & EPOLLERR) != 0) return close(from);
      return flush(from);
  }
}

void http_loop::receive(connection& from) {
  const ssize_t count = ::recv(from.socket(), block_.data(), block_.size(), 0);
  if (count > 0)
    return feed(from, std::string_view(block_).substr(0, static_cast<std::size_t>(count)));
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return watch(from, EPOLLIN);
  close(from);
}

void http_loop::feed(connection& to, std::string_view bytes) try {
  if (!to.parser.has_begun()) to.since = now_;
  const std::size_t taken = to.parser.take(bytes);
  charge(to);
  if (to.parser.fault()) return refuse(to, *to.parser.fault());
  if (charged_ > limits_.memory_bytes) return refuse(to, no_memory);
  if (to.parser.is_complete()) {
    to.ahead.assign(bytes.substr(taken));
    return hand_to_worker(to);
  }
  to.deadline = allowed_until(to, to.parser.body_size());
  if (to.parser.expects_continue() && !to.send_continue()) return close(to);
  watch(to, EPOLLIN);
} catch (const std::bad_alloc&) {
  refuse(to, no_memory);
}

void http_loop::drop_input(connection& from) {
  const ssize_t count = ::recv(from.socket(), block_.data(), block_.size(), 0);
  if (count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))) return watch(from, EPOLLIN);
  close(from);
}

// Answered on this thread: it needs no worker, and none may be free.
void http_loop::refuse(connection& whom, const http_fault& why) try {
  http_reply reply = answer_({.fault = &why});
  whom.parser.reset();
  std::string().swap(whom.ahead);
  whom.now = connection::stage::sending;
  whom.since = now_;
  whom.drains = true;
  busy_.splice(busy_.end(), waiting_, whom.self);
  whom.put(std::move(reply), true);
  charge(whom);
  flush(whom);
} catch (const std::exception&) {
  close(whom);
}

void http_loop::flush(connection& to) {
  switch (to.send()) {
    case connection::progress::done:
      return after_answer(to);
    case connection::progress::failed:
      return close(to);
    default:
      to.deadline = allowed_until(to, to.sent());
      watch(to, EPOLLOUT);
  }
}

void http_loop::after_answer(connection& of) {
  if (of.drains) {
    of.finish();
    of.reset();
    charge(of);
    of.now = connection::stage::draining;
    of.deadline = now_ + std::min<std::chrono::nanoseconds>(drain_time, limits_.request);
    // The first one to be closed for room.
    waiting_.splice(waiting_.begin(), busy_, of.self);
    return watch(of, EPOLLIN);
  }
  if (of.closes() || is_ending_) return close(of);
  of.reset();
  of.now = connection::stage::waiting;
  of.deadline = now_ + limits_.idle;
  waiting_.splice(waiting_.end(), busy_, of.self);
  if (of.ahead.empty()) {
    charge(of);
    return watch(of, EPOLLIN);
  }
  const std::string ahead = std::exchange(of.ahead, {});
  feed(of, ahead);
}

void http_loop::sweep() {
  next_sweep_ = now_ + sweep_interval_;
  report_evictions();
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    connection& each = *at++;
    if (each.deadline > now_) continue;
    const bool has_begun = each.now == connection::stage::waiting && each.parser.has_begun();
    has_begun ? refuse(each, too_slow) : close(each);
  }
  for (auto at = busy_.begin(); at != busy_.end();) {
    connection& each = *at++;
    if (each.now == connection::stage::sending && each.deadline <= now_) close(each);
  }
}

void http_loop::begin_ending() {
  is_ending_ = true;
  end_at_ = now_ + limits_.grace;
  // A client that connects now is refused instead of waiting.
  ::shutdown(listening_.get(), SHUT_RDWR);
  listening_ = detail::descriptor();
  for (connection& each : busy_) each.deadline = std::min(each.deadline, end_at_);
}

// In each round while it ends: workers may have rearmed connections meanwhile.
void http_loop::close_idle() {
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    connection& each = *at++;
    if (each.now == connection::stage::draining) {
      each.deadline = std::min(each.deadline, now_ + 1s);
    } else if (each.parser.has_begun()) {
      each.deadline = std::min(each.deadline, end_at_);
    } else {
      close(each);
    }
  }
}

bool http_loop::has_room() const {
  return waiting_.size() + busy_.size() < limits_.connections || !waiting_.empty();
}

bool http_loop::has_ended() const {
  return is_ending_ && waiting_.empty() && busy_.empty();
}

void http_loop::charge(connection& whom) {
  const std::size_t now = whom.memory();
  charged_ = charged_ - whom.charged + now;
  whom.charged = now;
}

void http_loop::watch(connection& whom, unsigned events) {
  epoll_event wanted{};
  wanted.events = events | EPOLLONESHOT;
  wanted.data.ptr = &whom;
  if (::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, whom.socket(), &wanted) != 0) close(whom);
}

void http_loop::wake() noexcept {
  const std::uint64_t one = 1;
  // It fails only if the counter is full, and then the loop wakes anyway.
  std::ignore = ::write(wake_.get(), &one, sizeof one);
}

void http_loop::close(connection& whom) {
  charged_ -= whom.charged;
  const bool waits =
      whom.now == connection::stage::waiting || whom.now == connection::stage::draining;
  (waits ? waiting_ : busy_).erase(whom.self);
}

http_loop::time_point http_loop::allowed_until(const connection& whom, std::size_t bytes) const {
  // Bounds both a stall in the middle and a trickle: a fast start does not allow a longer pause
  // later.
  const time_point allowed =
      std::min(now_ + limits_.request,
               whom.since + limits_.request + std::chrono::seconds(bytes / least_bytes_a_second));
  return is_ending_ ? std::min(allowed, end_at_) : allowed;
}

}  // namespace dynamo::net
