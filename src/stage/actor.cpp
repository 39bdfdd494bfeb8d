#include <dynamo/stage/actor.hpp>

namespace dynamo::stage::detail {

// One by one: destroying the first must not recurse into the others.
actor::messages::~messages() {
  while (!empty()) (void)pop();
}

void actor::messages::push(std::unique_ptr<message> added) noexcept {
  message* const last = added.get();
  (first_ ? last_->next : first_) = std::move(added);
  last_ = last;
}

std::unique_ptr<actor::message> actor::messages::pop() noexcept {
  std::unique_ptr<message> taken = std::move(first_);
  first_ = std::move(taken->next);
  return taken;
}

void actor::messages::swap(messages& other) noexcept {
  std::swap(first_, other.first_);
  std::swap(last_, other.last_);
}

actor::~actor() = default;

// With the lock held: the pool exists until the actor is closed.
void actor::schedule() noexcept {
  if (!std::exchange(scheduled_, true)) pool_.post(shared_from_this());
}

bool actor::put(std::unique_ptr<message> what) noexcept {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  inbox_.push(std::move(what));
  schedule();
  return true;
}

void actor::wake() noexcept {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  woken_ = true;  // the turn that is running does not count
  schedule();
}

void actor::lose() noexcept {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  lost_ = true;
  schedule();
}

template <class F>
bool actor::breaks(F&& step) noexcept {
  try {
    step();
    return false;
  } catch (beyond_repair& broken) {
    perish(std::move(broken.why));
  } catch (...) {
    perish(dynamo::detail::caught_error());
  }
  return true;
}

void actor::run() noexcept {
  messages reading;
  bool lost = false;
  {
    const std::lock_guard lock(mutex_);
    reading.swap(inbox_);
    lost = std::exchange(lost_, false);
    woken_ = false;
  }
  // Also those after one that threw: others may wait for responses to them.
  while (!reading.empty()) {
    const std::unique_ptr<message> next = reading.pop();
    (void)breaks([&] { next->read(); });
  }
  if (lost) {
    perish({.kind = errc::out_of_memory, .message = "out of memory"});
  }
  bool more = false;
  if (breaks([&] { more = turn(); })) more = false;
  const std::lock_guard lock(mutex_);
  scheduled_ = false;
  if (!closed_ && (more || woken_ || lost_ || !inbox_.empty())) schedule();
}

void actor::close() noexcept {
  messages dropped;  // destroyed without the lock
  const std::lock_guard lock(mutex_);
  closed_ = true;
  dropped.swap(inbox_);
}

}  // namespace dynamo::stage::detail
