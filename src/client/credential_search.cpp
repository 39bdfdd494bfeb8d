#include "client/credential_search.hpp"

#include "client/wire_call.hpp"

#include <utility>

namespace dynamo::wire {

credential_search::credential_search(std::shared_ptr<credential_searches> all,
                                     std::shared_ptr<wire_call> call)
    : all_(std::move(all)) {
  const std::lock_guard lock(all_->mutex_);
  if (all_->closed_) return;
  call_ = std::move(call);
  next_ = std::exchange(all_->first_, this);
  if (next_ != nullptr) next_->previous_ = this;
}

credential_search::~credential_search() {
  answer([](wire_call&) {});
}

bool credential_search::waits() const {
  const std::lock_guard lock(all_->mutex_);
  return call_ != nullptr;
}

std::shared_ptr<wire_call> credential_search::take() {
  if (!call_) return nullptr;
  (previous_ != nullptr ? previous_->next_ : all_->first_) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
  next_ = previous_ = nullptr;
  ++all_->busy_;
  return std::move(call_);
}

void credential_search::answer(const std::function<void(wire_call&)>& use) {
  std::shared_ptr<wire_call> call;
  {
    const std::lock_guard lock(all_->mutex_);
    call = take();
  }
  if (!call) return;
  use(*call);
  all_->release(std::move(call));
}

void credential_searches::release(std::shared_ptr<wire_call> call) {
  call.reset();
  const std::lock_guard lock(mutex_);
  if (--busy_ == 0) changed_.notify_all();
}

void credential_searches::close(const std::function<void(wire_call&)>& give_up) {
  std::unique_lock lock(mutex_);
  closed_ = true;
  while (first_ != nullptr) {
    std::shared_ptr<wire_call> call = first_->take();
    lock.unlock();
    give_up(*call);
    release(std::move(call));
    lock.lock();
  }
  changed_.wait(lock, [&] { return busy_ == 0; });
}

}  // namespace dynamo::wire
