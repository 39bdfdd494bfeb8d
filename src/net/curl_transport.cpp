#include "core/blocked_signals.hpp"
#include "core/clock_wait.hpp"
#include "net/curl_error.hpp"
#include "net/curl_transfer.hpp"
#include "net/inbox.hpp"
#include "net/timer_queue.hpp"
#include "net/transport.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo::net {
namespace {

using time_point = std::chrono::steady_clock::time_point;

transport_error cancelled(std::string_view url) {
  return {transport_errc::cancelled,
          fmt::format("the request to {} was cancelled", authority_of(url))};
}

struct multi_deleter {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};

// Once per process, at the first use. Never undone: other code in the process may use curl, too.
void initialize_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK)
    throw std::runtime_error(fmt::format("libcurl: {}", curl_easy_strerror(code)));
}

// One thread owns all of curl. Other threads reach it through the inbox only, and so do handlers
// that call back: no function below is re-entered, and no lock is held while a handler runs.
//
// A kept-alive connection may close just as a request is sent on it. If no byte of a response has
// arrived, curl itself sends the request again, up to five times, over another connection. So an
// error seen here does not show how often the server received the request, and this layer never
// retries.
class curl_transport final : public transport {
 public:
  explicit curl_transport(transport_options options) : options_(std::move(options)) {
    assert(options_.max_connections > 0);
  }

  curl_transport(const curl_transport&) = delete;
  curl_transport& operator=(const curl_transport&) = delete;

  // Must not run on the network thread: a handler must not hold the last reference.
  ~curl_transport() override {
    if (!thread_.joinable()) return;
    assert(thread_.get_id() != std::this_thread::get_id());
    inbox_->stop();
    thread_.join();
  }

  transfer_id send(http_request request, std::function<void(http_outcome)> done) override {
    ensure_running();
    return inbox_->post_start(std::move(request), std::move(done));
  }

  void cancel(transfer_id id) override { inbox_->post(cancel_command{id}); }

  void schedule(time_point when, std::function<void()> task) override {
    ensure_running();
    inbox_->post(timer_command{when, std::move(task)});
  }

 private:
  using handler = std::function<void(http_outcome)>;

  void ensure_running();

  // All of these run on the network thread.
  void run();
  void shut_down();
  void execute(std::vector<command>& commands);
  void on(start_command&& job);
  void on(cancel_command&& which);
  void on(resume_command&& which);
  void on(timer_command&& timer);
  void start(start_command job);
  void start_waiting();
  void end(transfer_id id, http_outcome outcome);
  static void end_unsent(const start_command& job);
  void finish_completed();
  void run_due_timers();
  void expire();
  void look_at(const curl_transfer& transfer, time_point now);
  void look_at_deadline(std::optional<time_point> when);
  // Time by the clock of deadlines and timers; all other times are real.
  [[nodiscard]] time_point shown() const {
    return options_.time ? options_.time->now() : std::chrono::steady_clock::now();
  }
  [[nodiscard]] int poll_milliseconds() const;

  const transport_options options_;
  const std::shared_ptr<inbox> inbox_ = std::make_shared<inbox>();
  std::once_flag started_;

  // The multi handle outlives the easy handles in it.
  std::unique_ptr<CURLM, multi_deleter> multi_;
  std::unordered_map<transfer_id, std::unique_ptr<curl_transfer>> active_;
  std::vector<std::unique_ptr<curl_transfer>> idle_;  // the most recently used last
  std::deque<start_command> waiting_;                 // beyond max_connections, oldest first
  timer_queue timers_;
  // The earliest time at which a transfer may stall or a deadline may pass. May be too early, never
  // too late: one time for all transfers needs no bookkeeping when one ends.
  time_point next_look_ = time_point::max();
  time_point next_deadline_ = time_point::max();  // compare with `shown`
  std::thread thread_;
};

void curl_transport::ensure_running() {
  std::call_once(started_, [this] {
    initialize_curl();
    multi_.reset(curl_multi_init());
    if (!multi_) throw std::bad_alloc();
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS,
                      static_cast<long>(options_.max_connections));
    curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
    inbox_->attach(multi_.get());
    // OpenSSL's writes to a dead connection must not raise SIGPIPE on this thread either.
    const detail::blocked_signals blocked;
    thread_ = std::thread([this] { run(); });
  });
}

void curl_transport::run() {
  inbox_->adopt();
  std::vector<command> commands;
  while (inbox_->take(commands)) {
    execute(commands);
    run_due_timers();
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    finish_completed();
    expire();
    start_waiting();
    if (inbox_->empty()) curl_multi_poll(multi_.get(), nullptr, 0, poll_milliseconds(), nullptr);
  }
  execute(commands);
  shut_down();
}

void curl_transport::shut_down() {
  // Handlers and tasks may send and schedule again; those commands return through the inbox and are
  // ended here too, so every handler is called once and the stack does not grow.
  do {
    std::vector<command> commands;
    (void)inbox_->take(commands);
    execute(commands);
    while (!waiting_.empty()) {
      const start_command job = std::move(waiting_.front());
      waiting_.pop_front();
      job.done(cancelled(job.request.url));
    }
    while (!active_.empty()) on(cancel_command{active_.begin()->first});
    while (auto task = timers_.take_due(time_point::max())) (*task)();
  } while (!inbox_->close_if_empty());
  idle_.clear();
}

void curl_transport::execute(std::vector<command>& commands) {
  for (command& work : commands) std::visit([this](auto& one) { on(std::move(one)); }, work);
  commands.clear();
}

void curl_transport::on(start_command&& job) {
  look_at_deadline(job.request.deadline);
  waiting_.push_back(std::move(job));
  start_waiting();
}

void curl_transport::on(cancel_command&& which) {
  if (const auto found = active_.find(which.id); found != active_.end()) {
    end(which.id, cancelled(found->second->url()));
    return;
  }
  const auto found = std::ranges::find(waiting_, which.id, &start_command::id);
  if (found == waiting_.end()) return;
  const start_command job = std::move(*found);
  waiting_.erase(found);
  job.done(cancelled(job.request.url));
}

void curl_transport::on(resume_command&& which) {
  const auto found = active_.find(which.id);
  if (found == active_.end()) return;
  const auto now = std::chrono::steady_clock::now();
  // If the body cannot be accepted, curl reports it only here, not in the transfer's result.
  if (const CURLcode code = found->second->resume(now); code != CURLE_OK)
    end(which.id, found->second->finish(code));
  else
    look_at(*found->second, now);
}

void curl_transport::on(timer_command&& timer) {
  timers_.add(timer.when, std::move(timer.task));
}

void curl_transport::start_waiting() {
  while (!waiting_.empty() && active_.size() < options_.max_connections) {
    start_command job = std::move(waiting_.front());
    waiting_.pop_front();
    start(std::move(job));
  }
}

void curl_transport::start(start_command job) {
  const transfer_id id = job.id;
  const auto now = std::chrono::steady_clock::now();
  if (job.request.deadline && *job.request.deadline <= shown()) {
    end_unsent(job);
    return;
  }
  std::unique_ptr<curl_transfer> transfer;
  if (idle_.empty()) {
    transfer = std::make_unique<curl_transfer>(options_, inbox_);
  } else {
    transfer = std::move(idle_.back());
    idle_.pop_back();
  }
  curl_transfer& entry = *active_.emplace(id, std::move(transfer)).first->second;
  if (auto failure = entry.begin(std::move(job), now)) {
    end(id, *std::move(failure));
  } else if (const CURLMcode code = curl_multi_add_handle(multi_.get(), entry.handle());
             code != CURLM_OK) {
    end(id, transport_error{transport_errc::invalid_request,
                            fmt::format("the request to {} could not be started: {}",
                                        authority_of(entry.url()), curl_multi_strerror(code))});
  } else {
    look_at(entry, now);
  }
}

void curl_transport::end(transfer_id id, http_outcome outcome) {
  auto node = active_.extract(id);
  std::unique_ptr<curl_transfer> transfer = std::move(node.mapped());
  // A handle in the middle of a transfer loses its connection here. A handle that was never added
  // is ignored.
  curl_multi_remove_handle(multi_.get(), transfer->handle());
  const handler done = transfer->release();
  idle_.push_back(std::move(transfer));
  done(std::move(outcome));
}

void curl_transport::end_unsent(const start_command& job) {
  job.done(transport_error{transport_errc::deadline_exceeded,
                           fmt::format("the deadline passed before the request to {} was sent",
                                       authority_of(job.request.url))});
}

void curl_transport::finish_completed() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    // The message is invalid after the handle's removal.
    const CURLcode code = message->data.result;
    curl_transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    end(transfer->id(), transfer->finish(code));
  }
}

void curl_transport::run_due_timers() {
  if (!timers_.next()) return;
  const auto now = shown();
  while (auto task = timers_.take_due(now)) (*task)();
}

void curl_transport::look_at(const curl_transfer& transfer, time_point now) {
  if (const auto when = transfer.stalls(now)) next_look_ = std::min(next_look_, *when);
  look_at_deadline(transfer.deadline());
}

void curl_transport::look_at_deadline(std::optional<time_point> when) {
  if (when) next_deadline_ = std::min(next_deadline_, *when);
}

void curl_transport::expire() {
  const auto now = std::chrono::steady_clock::now();
  const auto at = shown();
  if (now < next_look_ && at < next_deadline_) return;
  next_look_ = next_deadline_ = time_point::max();

  std::vector<std::pair<transfer_id, transport_error>> ended;
  for (const auto& [id, transfer] : active_) {
    if (auto failure = transfer->expired(now, at))
      ended.emplace_back(id, *std::move(failure));
    else
      look_at(*transfer, now);
  }
  for (auto& [id, failure] : ended) end(id, std::move(failure));

  std::deque<start_command> late;
  for (auto job = waiting_.begin(); job != waiting_.end();) {
    if (!job->request.deadline || *job->request.deadline > at) {
      look_at_deadline(job->request.deadline);
      ++job;
    } else {
      late.push_back(std::move(*job));
      job = waiting_.erase(job);
    }
  }
  for (const start_command& job : late) end_unsent(job);
}

int curl_transport::poll_milliseconds() const {
  // curl shortens the wait for its own timeouts; an hour stands for "nothing to wait for".
  constexpr std::chrono::nanoseconds longest = std::chrono::hours(1);
  const auto real = [] { return std::chrono::steady_clock::now(); };
  auto sleep = std::min(longest, detail::sleep_before_look(next_look_, real));
  time_point next = next_deadline_;
  if (const auto timer = timers_.next()) next = std::min(next, *timer);
  if (next != time_point::max())
    sleep = std::min(sleep, detail::sleep_before_look(next, [this] { return shown(); }));
  // Rounded up so that the thread does not spin through the last fraction.
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(sleep).count());
}

}  // namespace

std::unique_ptr<transport> make_curl_transport(transport_options options) {
  return std::make_unique<curl_transport>(std::move(options));
}

}  // namespace dynamo::net
