// Answers requests on workers, and returns their connections to the loop.
#include "net/http_loop.hpp"

#include <sys/epoll.h>

#include <exception>
#include <utility>

namespace dynamo::net {
namespace {

constexpr http_fault failed{500, "the request could not be answered"};

}  // namespace

void http_loop::hand_to_worker(connection& whom) {
  whom.now = connection::stage::answering;
  busy_.splice(busy_.end(), waiting_, whom.self);
  try {
    workers_->post([this, &whom] { answer(whom); });
  } catch (...) {
    whom.now = connection::stage::waiting;
    waiting_.splice(waiting_.end(), busy_, whom.self);
    throw;
  }
}

// Runs on a worker. The first attempt to send is made here, where the response is at hand.
void http_loop::answer(connection& whom) {
  try {
    http_reply reply{.status = failed.status};
    try {
      reply = answer_(whom.parser.request());
    } catch (const std::exception&) {
      reply = answer_({.fault = &failed});
    }
    whom.put(std::move(reply), !whom.parser.keeps_connection() || ending_);
    const connection::progress sent = whom.send();
    if (sent == connection::progress::done && rearm(whom)) return;
    whom.broken = sent == connection::progress::failed;
  } catch (const std::exception&) {
    whom.broken = true;  // not even the error response could be created
  }
  {
    const std::lock_guard lock(mutex_);
    whom.next_answered = std::exchange(answered_, &whom);
  }
  wake();
}

// The usual end of a request, which does not wake the loop: it sees the connection when the next
// request arrives, or at the next sweep. On a worker.
bool http_loop::rearm(connection& whom) {
  if (whom.closes() || !whom.ahead.empty()) return false;
  whom.reset();
  epoll_event wanted{};
  wanted.events = EPOLLIN | EPOLLONESHOT;
  wanted.data.ptr = &whom;
  {
    // Within the lock: the loop, which locks before it handles events, finds it in the list.
    const std::lock_guard lock(mutex_);
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, whom.socket(), &wanted) != 0) {
      whom.broken = true;
      whom.next_answered = std::exchange(answered_, &whom);
    } else {
      whom.next_answered = std::exchange(rearmed_, &whom);
      if (!ending_ && !starved_) return true;
    }
  }
  wake();
  return true;
}

void http_loop::take_rearmed() {
  connection* rearmed = nullptr;
  {
    const std::lock_guard lock(mutex_);
    rearmed = std::exchange(rearmed_, nullptr);
  }
  while (rearmed != nullptr) {
    connection& each = *rearmed;
    rearmed = each.next_answered;
    each.now = connection::stage::waiting;
    each.deadline = now_ + limits_.idle;
    waiting_.splice(waiting_.end(), busy_, each.self);
    charge(each);
  }
}

void http_loop::take_answered() {
  connection* answered = nullptr;
  {
    const std::lock_guard lock(mutex_);
    answered = std::exchange(answered_, nullptr);
  }
  while (answered != nullptr) {
    connection& each = *answered;
    answered = each.next_answered;
    each.now = connection::stage::sending;
    each.since = now_;
    charge(each);
    each.broken ? close(each) : flush(each);
  }
}

}  // namespace dynamo::net
