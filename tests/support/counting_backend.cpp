#include "support/counting_backend.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::test {

counting_backend::counting_backend(std::shared_ptr<backend> on) : on_(std::move(on)) {}

void counting_backend::submit(backend_request request, backend_completion done) {
  {
    const std::lock_guard lock(counts_->mutex);
    counts_->bodies.push_back(request.body);
    counts_->most = std::max(counts_->most, ++counts_->under_way);
  }
  on_->submit(std::move(request),
              [kept = counts_, done = std::move(done)](result<backend_response> response) {
                {
                  const std::lock_guard lock(kept->mutex);
                  --kept->under_way;
                }
                done(std::move(response));
                const std::lock_guard lock(kept->mutex);
                ++kept->completed;
                kept->changed.notify_all();
              });
}

std::size_t counting_backend::submitted() const {
  const std::lock_guard lock(counts_->mutex);
  return counts_->bodies.size();
}

std::size_t counting_backend::completed() const {
  const std::lock_guard lock(counts_->mutex);
  return counts_->completed;
}

std::size_t counting_backend::most_at_once() const {
  const std::lock_guard lock(counts_->mutex);
  return counts_->most;
}

std::vector<std::string> counting_backend::bodies() const {
  const std::lock_guard lock(counts_->mutex);
  return counts_->bodies;
}

bool counting_backend::wait_until_idle(std::chrono::milliseconds limit) const {
  std::unique_lock lock(counts_->mutex);
  return counts_->changed.wait_for(lock, limit,
                                   [&] { return counts_->completed == counts_->bodies.size(); });
}

}  // namespace dynamo::test
