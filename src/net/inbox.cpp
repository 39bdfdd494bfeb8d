#include "net/inbox.hpp"

#include <utility>

namespace dynamo::net {

void inbox::attach(CURLM* multi) {
  const std::lock_guard lock(mutex_);
  multi_ = multi;
}

void inbox::adopt() {
  const std::lock_guard lock(mutex_);
  network_thread_ = std::this_thread::get_id();
}

transport::transfer_id inbox::post_start(http_request request,
                                         std::function<void(http_outcome)> done) {
  const std::lock_guard lock(mutex_);
  const auto id = ++last_id_;
  push(start_command{id, std::move(request), std::move(done)});
  return id;
}

void inbox::post(command work) {
  const std::lock_guard lock(mutex_);
  if (!closed_) push(std::move(work));
}

void inbox::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  wake();
}

bool inbox::take(std::vector<command>& work) {
  const std::lock_guard lock(mutex_);
  commands_.swap(work);
  return !stopping_;
}

bool inbox::empty() const {
  const std::lock_guard lock(mutex_);
  return commands_.empty() && !stopping_;
}

bool inbox::close_if_empty() {
  const std::lock_guard lock(mutex_);
  if (!commands_.empty()) return false;
  closed_ = true;
  multi_ = nullptr;
  return true;
}

void inbox::push(command&& work) {
  // One wake-up per batch: the thread that found the queue empty has sent it.
  const bool first = commands_.empty();
  commands_.push_back(std::move(work));
  if (first) wake();
}

void inbox::wake() {
  // Under the lock, so that the multi handle cannot be destroyed meanwhile. curl remembers a
  // wake-up if the thread is not polling at the moment.
  if (multi_ != nullptr && std::this_thread::get_id() != network_thread_) curl_multi_wakeup(multi_);
}

}  // namespace dynamo::net
