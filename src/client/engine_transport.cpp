#include "client/engine_transport.hpp"

#include "client/signed_request.hpp"
#include "core/blocked_signals.hpp"
#include "core/clock_wait.hpp"
#include "net/timer_queue.hpp"

#include <dynamo/core/worker_pool.hpp>
#include <dynamo/value/json_cursor.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace dynamo::wire {
namespace {

using net::transport_errc;
using handler = std::function<void(net::http_outcome)>;
using time_point = std::chrono::steady_clock::time_point;

// Between the sizes of small answers and of pages.
constexpr std::size_t first_guess = std::size_t{16} << 10;

operation operation_of(const net::http_request& request) {
  for (const std::string& line : request.headers) {
    if (!line.starts_with(target_header)) continue;
    if (const auto op = operation_named(std::string_view(line).substr(target_header.size())))
      return *op;
  }
  return operation::list_tables;  // not reached: every request names its operation
}

// The engine's own failure: nothing that passes by itself.
constexpr int storage_failed = 500;

net::transport_error storage_failure(const body_buffer& answer) {
  net::transport_error failure{.kind = transport_errc::storage};
  detail::json_cursor cursor(answer.data());
  const bool whole = cursor.object([&](const detail::raw_string& key) {
    detail::raw_string raw;
    if (key.text != "message") return cursor.skip_value();
    return cursor.string(raw) && detail::text_of(raw, failure.message);
  });
  if (!whole || failure.message.empty()) failure.message = "the embedded engine failed";
  return failure;
}

// Pages take long enough that somebody may want to do something else meanwhile.
bool makes_page(operation op) {
  return op == operation::scan || op == operation::query;
}

// One thread that runs tasks when their time has come.
class timer_thread {
 public:
  explicit timer_thread(const clock& time) : time_(time) {}
  timer_thread(const timer_thread&) = delete;
  timer_thread& operator=(const timer_thread&) = delete;
  ~timer_thread() { end(); }

  // False behind `end`: the task was not taken.
  bool add(time_point when, std::function<void()>& task) {
    const std::lock_guard lock(mutex_);
    if (ending_) return false;
    if (!thread_.joinable()) {
      const detail::blocked_signals for_the_thread;
      thread_ = std::thread([this] { run(); });
    }
    tasks_.add(when, std::move(task));
    changed_.notify_one();
    return true;
  }
  // Runs what still waits.
  void end() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    const auto shown = [this] { return time_.now(); };
    std::unique_lock lock(mutex_);
    for (;;) {
      if (auto task = tasks_.take_due(ending_ ? time_point::max() : shown())) {
        lock.unlock();
        (*task)();
        task.reset();
        lock.lock();
      } else if (ending_) {
        return;
      } else if (const auto next = tasks_.next()) {
        const auto sleep = detail::sleep_before_look(*next, shown);
        changed_.wait_until(lock, std::chrono::steady_clock::now() + sleep);
      } else {
        changed_.wait(lock);
      }
    }
  }

  const clock& time_;
  std::mutex mutex_;
  std::condition_variable changed_;
  net::timer_queue tasks_;
  bool ending_ = false;
  std::thread thread_;
};

class engine_transport final : public net::transport {
 public:
  engine_transport(operation_server serve, std::shared_ptr<const clock> time)
      : serve_(std::move(serve)),
        time_(time ? std::move(time) : system_clock_source()),
        owner_(std::make_shared<weak_owner>()) {
    owner_->transport = this;
  }
  engine_transport(const engine_transport&) = delete;
  engine_transport& operator=(const engine_transport&) = delete;

  ~engine_transport() override {
    {
      const std::lock_guard lock(owner_->mutex);
      owner_->transport = nullptr;
    }
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    // What runs now may wait for a gate afterwards.
    cancel_all();
    timers_.end();
    pages_.reset();
    cancel_all();
  }

  transfer_id send(net::http_request request, handler done) override {
    auto begun = std::make_shared<transfer>(*this);
    begun->op = operation_of(request);
    begun->request = std::move(request);
    begun->done = std::move(done);
    worker_pool* pages = nullptr;
    {
      const std::lock_guard lock(mutex_);
      begun->id = ++last_id_;
      waiting_.emplace(begun->id, begun);
      if (makes_page(begun->op) && !closing_) {
        if (!pages_) {
          const detail::blocked_signals for_its_threads;
          pages_.emplace();
        }
        pages = &*pages_;
      }
    }
    const transfer_id id = begun->id;
    if (pages != nullptr) {
      pages->post(std::move(begun));
    } else {
      run(begun);
    }
    return id;
  }

  // Not within the call: who cancels may hold what the handler wants, or be ended by it.
  void cancel(transfer_id id) override {
    std::function<void()> ending = [this, id] {
      if (const auto found = take(id)) give_up(*found, transport_errc::cancelled, cancelled);
    };
    // Refused when this transport ends, which cancels whatever is left.
    (void)timers_.add(time_->now(), ending);
  }

  void schedule(time_point when, std::function<void()> task) override {
    if (!timers_.add(when, task)) task();
  }

 private:
  // Queued for a thread of the pool without an allocation: a gate that has memory again must be
  // able to have it run.
  struct transfer final : dynamo::detail::pool_task, std::enable_shared_from_this<transfer> {
    explicit transfer(engine_transport& by) : transport(by) {}
    void run() noexcept override { transport.run(shared_from_this()); }

    engine_transport& transport;
    transfer_id id = 0;
    operation op = operation::scan;
    net::http_request request;
    handler done;
    bool has_timer = false;  // guarded by the transport's mutex
  };
  // For gates, which may call back when this transport has ended.
  struct weak_owner {
    std::mutex mutex;
    engine_transport* transport = nullptr;
  };
  static constexpr const char* cancelled = "the request was cancelled";

  // Who takes a transfer ends it: it is in the map until it runs.
  std::shared_ptr<transfer> take(transfer_id id) {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return nullptr;
    auto taken = std::move(found->second);
    waiting_.erase(found);
    return taken;
  }

  static net::transport_error failure_of(transport_errc kind, const char* message) noexcept {
    net::transport_error failure{.kind = kind};
    try {
      failure.message = message;
      // NOLINTNEXTLINE(bugprone-empty-catch): the kind says it
    } catch (const std::bad_alloc&) {
    }
    return failure;
  }
  // Of what was thrown.
  static net::transport_error broken() noexcept {
    const error caught = dynamo::detail::caught_error();
    return failure_of(
        caught.kind == errc::out_of_memory ? transport_errc::memory : transport_errc::storage,
        caught.message.c_str());
  }

  static void give_up(transfer& ended, transport_errc why, const char* message) noexcept {
    // Its memory may have been promised by now.
    if (ended.request.gate) ended.request.gate->withdraw(&ended);
    ended.done(failure_of(why, message));
  }

  void cancel_all() {
    std::map<transfer_id, std::shared_ptr<transfer>> left;
    {
      const std::lock_guard lock(mutex_);
      left.swap(waiting_);
    }
    for (const auto& [id, each] : left) give_up(*each, transport_errc::cancelled, cancelled);
  }

  void run(const std::shared_ptr<transfer>& of) noexcept {
    std::optional<net::http_outcome> outcome;
    bool taken = false;
    try {
      outcome = carry_out(of, taken);
    } catch (...) {
      if (taken || take(of->id) != nullptr) outcome = broken();
      if (of->request.gate) of->request.gate->withdraw(of.get());
    }
    if (outcome) of->done(*std::move(outcome));
  }

  // Nothing if it waits, or another thread ends it. `taken`: nobody else will.
  std::optional<net::http_outcome> carry_out(const std::shared_ptr<transfer>& of, bool& taken) {
    const auto& deadline = of->request.deadline;
    if (deadline && time_->now() >= *deadline) {
      end_late(of->id);
      return std::nullopt;
    }
    body_buffer answer;
    const std::size_t largest = std::max(largest_.load(std::memory_order_relaxed), first_guess);
    // With room: one that grows is copied.
    const std::size_t expected = largest + largest / 16;
    if (of->request.gate) {
      auto admitted = of->request.gate->admit(expected, of.get(), [through = owner_, of] {
        const std::lock_guard lock(through->mutex);
        if (through->transport != nullptr) through->transport->run_again(of);
      });
      if (!admitted) {
        wait_for_memory(of);
        return std::nullopt;
      }
      answer = *std::move(admitted);
    } else {
      answer = body_buffer(makes_page(of->op) ? expected : std::size_t{512});
    }
    taken = take(of->id) != nullptr;
    if (!taken) return std::nullopt;
    net::http_response response;
    response.status = serve_(of->op, body_buffer(of->request.body), answer);
    if (response.status == storage_failed) return storage_failure(answer);
    if (makes_page(of->op)) {
      const std::size_t size = answer.size();
      const std::size_t forgotten = size < largest ? (largest - size) / 8 : 0;
      largest_.store(std::max(size, largest - forgotten), std::memory_order_relaxed);
    }
    response.body = std::move(answer);
    response.request_id = "in-process-" + std::to_string(of->id);
    return response;
  }

  // On the gate's thread: only passes on.
  void run_again(const std::shared_ptr<transfer>& of) noexcept {
    const std::lock_guard lock(mutex_);
    if (pages_ && !closing_) pages_->post(of);
  }

  void wait_for_memory(const std::shared_ptr<transfer>& of) {
    bool ended = false;
    bool had_timer = false;
    {
      const std::lock_guard lock(mutex_);
      ended = !waiting_.contains(of->id);
      had_timer = std::exchange(of->has_timer, true);
    }
    // It was cancelled before it had to wait, and nothing would withdraw it any more.
    if (ended) return of->request.gate->withdraw(of.get());
    if (!of->request.deadline || had_timer) return;
    schedule(*of->request.deadline, [this, id = of->id] { end_late(id); });
  }

  void end_late(transfer_id id) {
    if (const auto found = take(id))
      give_up(*found, transport_errc::deadline_exceeded, "the deadline passed");
  }

  const operation_server serve_;
  const std::shared_ptr<const clock> time_;
  const std::shared_ptr<weak_owner> owner_;
  std::atomic<std::size_t> largest_ = 0;  // page of late: those of one scan are of about one size
  std::mutex mutex_;
  std::map<transfer_id, std::shared_ptr<transfer>> waiting_;
  transfer_id last_id_ = 0;
  bool closing_ = false;
  timer_thread timers_{*time_};
  std::optional<worker_pool> pages_;
};

}  // namespace

std::unique_ptr<net::transport> make_engine_transport(operation_server serve,
                                                      std::shared_ptr<const clock> time) {
  return std::make_unique<engine_transport>(std::move(serve), std::move(time));
}

}  // namespace dynamo::wire
