#include <dynamo/process/process_core.hpp>

#include <utility>

namespace dynamo::detail {

void called_by_itself() {
  throw exception({.kind = errc::invalid_argument,
                   .message = "a process cannot call itself: it would wait for its own answer"});
}

void state_was_taken() {
  throw exception({.kind = errc::invalid_argument,
                   .message = "the process was joined before: its state is returned only once"});
}

void call_slot::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return outcome_ != outcome::none; });
  if (outcome_ == outcome::thrown) std::rethrow_exception(std::exchange(thrown_, nullptr));
  if (outcome_ == outcome::dropped) {
    throw exception({.kind = errc::cancelled, .message = "the process ended before it answered"});
  }
}

void call_slot::answered() {
  settle(outcome::answered, nullptr);
}

void call_slot::thrown(std::exception_ptr what) {
  settle(outcome::thrown, std::move(what));
}

void call_slot::dropped() {
  settle(outcome::dropped, nullptr);
}

void call_slot::settle(outcome how, std::exception_ptr what) {
  {
    const std::lock_guard lock(mutex_);
    if (outcome_ != outcome::none) return;
    outcome_ = how;
    thrown_ = std::move(what);
  }
  changed_.notify_all();
}

void process_core::started() {
  {
    const std::lock_guard lock(mutex_);
    thread_ = std::this_thread::get_id();
    started_ = true;
  }
  changed_.notify_all();
}

void process_core::end(std::exception_ptr failure) {
  std::vector<observer> told;
  process_end how;
  {
    const std::lock_guard lock(mutex_);
    how.failure = killed_ ? killed_ : std::move(failure);
    end_ = how;
    told.swap(observers_);
  }
  changed_.notify_all();
  for (const observer& tell : told) {
    try {
      tell(how);
    } catch (...) {
      // A message that could not be made must not be lost silently: `join` throws.
      const std::lock_guard lock(mutex_);
      if (!end_->failure) end_->failure = std::current_exception();
    }
  }
}

void process_core::wait_until_started() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return started_ || end_.has_value(); });
}

void process_core::observe(observer tell) {
  process_end how;
  {
    const std::lock_guard lock(mutex_);
    if (!end_) {
      observers_.push_back(std::move(tell));
      return;
    }
    how = *end_;
  }
  tell(how);
}

void process_core::kill(std::exception_ptr reason) {
  {
    const std::lock_guard lock(mutex_);
    if (end_ || killed_) return;
    killed_ = std::move(reason);
  }
  close_inbox_();
}

bool process_core::ended() const {
  const std::lock_guard lock(mutex_);
  return end_.has_value();
}

std::exception_ptr process_core::failure() const {
  const std::lock_guard lock(mutex_);
  return end_ ? end_->failure : nullptr;
}

bool process_core::is_this_thread() const {
  const std::lock_guard lock(mutex_);
  return thread_ == std::this_thread::get_id();
}

void link(const std::shared_ptr<process_core>& one, const std::shared_ptr<process_core>& other) {
  auto pass_on = [](const std::shared_ptr<process_core>& to) {
    return [weak = std::weak_ptr(to)](const process_end& how) {
      if (how.normal()) return;
      if (const auto target = weak.lock()) target->kill(how.failure);
    };
  };
  one->observe(pass_on(other));
  other->observe(pass_on(one));
}

}  // namespace dynamo::detail
