#include <dynamo/stage/actor.hpp>

namespace dynamo::stage::detail {

void actor::put(std::unique_ptr<message> what) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  inbox_.push_back(std::move(what));
  if (std::exchange(scheduled_, true)) return;
  // With the lock held: the pool is there until the actor is closed.
  pool_.post([self = shared_from_this()] { self->run(); });
}

void actor::run() {
  {
    const std::lock_guard lock(mutex_);
    reading_.swap(inbox_);
  }
  for (const auto& each : reading_) each->read();
  reading_.clear();
  const bool more = turn();
  const std::lock_guard lock(mutex_);
  if (closed_ || (!more && inbox_.empty())) {
    scheduled_ = false;
    return;
  }
  pool_.post([self = shared_from_this()] { self->run(); });
}

void actor::close() {
  messages dropped;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  dropped.swap(inbox_);
}

}  // namespace dynamo::stage::detail
