#include "core/blocked_signals.hpp"

#include <dynamo/core/error.hpp>
#include <dynamo/core/log.hpp>
#include <dynamo/core/owned_thread.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace dynamo {

struct logger::state {
  state(std::shared_ptr<log_sink> to, std::shared_ptr<clock> from)
      : sink(std::move(to)), time(from ? std::move(from) : system_clock_source()) {
    const detail::blocked_signals for_the_thread;
    thread = std::thread([this] { run(); });
  }

  // What was lost came behind what waits.
  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return ending || !waiting.empty(); });
      if (waiting.empty()) return;
      std::deque<log_record> taken;
      taken.swap(waiting);
      const std::size_t missing = std::exchange(lost, 0);
      busy = true;
      lock.unlock();
      for (const log_record& each : taken) sink->write(each);
      if (missing != 0) {
        log_record record{.event = log_event::records_lost, .time = time->wall_time()};
        record.detail = std::to_string(missing) + " records came faster than they could be written";
        sink->write(record);
      }
      lock.lock();
      busy = false;
      idle.notify_all();
    }
  }

  const detail::home_process home{};
  const std::shared_ptr<log_sink> sink;
  const std::shared_ptr<clock> time;
  std::mutex mutex;
  std::condition_variable changed;
  std::condition_variable idle;
  std::deque<log_record> waiting;
  std::size_t lost = 0;  // behind those that wait
  bool busy = false;
  bool ending = false;
  std::thread thread;
};

logger::logger(log_level level, std::shared_ptr<log_sink> to, std::shared_ptr<clock> time)
    : level_(level) {
  if (!to) {
    throw exception({.kind = errc::invalid_argument,
                     .message = "a logger needs a sink: leave the logger out to log nothing"});
  }
  state_ = std::make_unique<state>(std::move(to), std::move(time));
}

logger::~logger() {
  if (state_->home.is_forked_child()) {
    detail::abandon(state_);
    return;
  }
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->changed.notify_all();
  state_->thread.join();
}

void logger::write(log_record record) {
  if (!wants(record.event) || state_->home.is_forked_child()) return;
  record.time = state_->time->wall_time();
  const std::lock_guard lock(state_->mutex);
  if (state_->waiting.size() >= capacity) {
    ++state_->lost;
    return;
  }
  state_->waiting.push_back(std::move(record));
  state_->changed.notify_one();
}

void logger::flush() {
  if (state_->home.is_forked_child()) return;
  std::unique_lock lock(state_->mutex);
  state_->idle.wait(lock, [&] { return !state_->busy && state_->waiting.empty(); });
}

}  // namespace dynamo
