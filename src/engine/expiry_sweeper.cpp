#include "engine/expiry_sweeper.hpp"

#include "core/clock_wait.hpp"

#include <algorithm>
#include <exception>

namespace dynamo::engine {
namespace {

// Items per transaction: small, so that writers do not wait long.
constexpr std::size_t at_once = 500;
// Retention of Amazon DynamoDB Streams.
constexpr std::chrono::hours records_stay{24};

}  // namespace

void expiry_sweeper::start() {
  const std::lock_guard lock(mutex_);
  if (thread_.joinable()) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

std::size_t expiry_sweeper::sweep(const std::stop_token& stop) {
  const auto now = options_.time->wall_time();
  const std::int64_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  std::size_t removed = 0;
  for (std::size_t found = at_once; found == at_once && !stop.stop_requested(); removed += found) {
    found = store_.remove_expired(seconds, at_once);
  }
  while (!stop.stop_requested() && store_.trim_changes(now - records_stay, at_once) == at_once) {
  }
  return removed;
}

void expiry_sweeper::run(const std::stop_token& stop) {
  // An unlimited interval would overflow the clock.
  const std::chrono::seconds interval = std::clamp<std::chrono::seconds>(
      options_.time_to_live_interval, std::chrono::seconds(1), std::chrono::years(10));
  const auto now = [this] { return options_.time->now(); };
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      (void)detail::wait_until(stopped_, lock, stop, now() + interval, now, [] { return false; });
    }
    if (stop.stop_requested()) return;
    try {
      sweep(stop);
      // NOLINTNEXTLINE(bugprone-empty-catch): this thread has no caller to report to
    } catch (const std::exception&) {
      // Readers and writers get the failure themselves; the next search finds the expired items
      // again.
    }
  }
}

}  // namespace dynamo::engine
