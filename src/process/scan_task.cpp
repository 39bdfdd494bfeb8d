#include <dynamo/process/scan_pump.hpp>

#include <new>
#include <utility>

namespace dynamo {
namespace detail {
namespace {

scan_options stopped_by(scan_options options, const std::stop_source& stop) {
  options.stop = stop.get_token();
  return options;
}

}  // namespace

scan_run::scan_run(std::shared_ptr<backend> from, std::string table, scan_options options,
                   bool ahead)
    : backend_(from), table_(std::move(table)), until_(options.deadline) {
  // Opening a scan with a checkpoint requests the table's description, which can be stopped too.
  on_user_stop_.emplace(options.stop, [this] { stop_.request_stop(); });
  source_.emplace(std::move(from), table_, stopped_by(std::move(options), stop_), ahead);
  last_progress_ = source_->progress();
}

void scan_run::watch(const std::stop_token& receiver) {
  on_receiver_gone_.emplace(receiver, [this] {
    receiver_gone_ = true;
    stop_.request_stop();
  });
}

result<std::optional<page>> scan_run::next_page() {
  auto arrived = source_->next();
  // Reports why the scan was stopped.
  if (!arrived && arrived.error().kind == errc::cancelled) return interruption();
  return arrived;
}

send_limits scan_run::limits(bool lazy) const {
  send_limits made{.stop = stop_.get_token(), .until = until_, .lazy = lazy};
  // The mailbox may have another clock.
  if (until_) made.now = [this] { return backend_->now(); };
  return made;
}

result<void> scan_run::check() const {
  if (stop_.stop_requested()) return interruption();
  if (until_ && backend_->now() >= *until_) return interruption();
  return {};
}

error scan_run::refusal(bool receiver_gone) {
  // Senders learn of it before the watchers of the close token.
  if (receiver_gone) receiver_gone_ = true;
  return interruption();
}

error scan_run::interruption() const {
  error reason;
  reason.table = table_;
  if (receiver_gone_) {
    reason.kind = errc::cancelled;
    reason.message = "the receiver of the scan's messages has gone";
  } else if (stop_.stop_requested()) {
    reason.kind = errc::cancelled;
    reason.message = "the scan was cancelled";
  } else {
    reason.kind = errc::deadline_exceeded;
    reason.message = "the scan's deadline passed before everything was delivered";
  }
  return reason;
}

void scan_run::release() {
  on_receiver_gone_.reset();
  on_user_stop_.reset();
  std::exception_ptr failure;
  try {
    scan_progress last = source_->progress();
    read_ = source_->summary();
    const std::lock_guard lock(mutex_);
    last_progress_ = std::move(last);
  } catch (...) {
    failure = std::current_exception();
  }
  std::optional<page_source> ended;  // destroyed without the lock
  {
    const std::lock_guard lock(mutex_);
    ended.swap(source_);
  }
  ended.reset();
  backend_.reset();
  if (failure) std::rethrow_exception(failure);
}

void scan_run::finish(scan_summary summary, result<void> outcome,
                      std::exception_ptr thrown) noexcept {
  {
    const std::lock_guard lock(mutex_);
    summary_ = std::move(summary);
    outcome_ = std::move(outcome);
    thrown_ = std::move(thrown);
    ended_ = true;
  }
  changed_.notify_all();
}

void scan_run::cancel() {
  stop_.request_stop();
}

scan_progress scan_run::progress() const {
  const std::lock_guard lock(mutex_);
  return source_ ? source_->progress() : last_progress_;
}

void scan_run::wait() const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_; });
}

bool scan_run::wait_until(std::chrono::steady_clock::time_point when) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, when, [&] { return ended_; });
}

error thrown_in_scan(const std::string& table) noexcept {
  error failure = caught_error();
  try {
    if (failure.kind != errc::out_of_memory) {
      failure = {.kind = errc::invalid_argument,
                 .message =
                     "a function that makes the scan's messages threw: scan_task::wait "
                     "rethrows it"};
    }
    failure.table = table;
    // NOLINTNEXTLINE(bugprone-empty-catch): a shorter error is better than none
  } catch (const std::bad_alloc&) {
  }
  return failure;
}

error unreported_end(const std::string& table) {
  return {.kind = errc::out_of_memory,
          .message =
              "the end of the scan could not be reported: the function that makes its "
              "message threw, or no memory was left; scan_task::wait has the cause",
          .table = table};
}

void require_format(bool there, bool batches) {
  if (there) return;
  throw exception({.kind = errc::invalid_argument,
                   .message = batches ? "batch_size is set, but message_format accepts single items"
                                      : "message_format accepts batches: set batch_size"});
}

void require_marks(const scan_options& options, bool there) {
  if (!options.checkpoint || there) return;
  throw exception({.kind = errc::invalid_argument,
                   .message =
                       "the scan has a checkpoint, but the messages of message_format cannot "
                       "be acknowledged: scan a table<tracked<T>>, or leave message_format "
                       "out"});
}

}  // namespace detail

scan_task::scan_task(std::shared_ptr<detail::scan_run> run, std::function<void()> pull)
    : run_(std::move(run)), thread_(std::move(pull)) {}

scan_task& scan_task::operator=(scan_task&& other) noexcept {
  if (this != &other) {
    end();
    run_ = std::move(other.run_);
    thread_ = std::move(other.thread_);
  }
  return *this;
}

scan_task::~scan_task() {
  end();
}

void scan_task::end() noexcept {
  if (!thread_.joinable() || thread_.is_forked_child()) return;
  run_->cancel();
  thread_.join();
}

scan_summary scan_task::wait() const {
  if (thread_.is_forked_child()) throw exception(detail::made_before_fork("scan"));
  run_->wait();
  if (run_->thrown()) std::rethrow_exception(run_->thrown());
  run_->outcome().value();
  return run_->summary();
}

result<scan_summary> scan_task::try_wait() const {
  if (thread_.is_forked_child()) return detail::made_before_fork("scan");
  run_->wait();
  if (!run_->outcome()) return run_->outcome().error();
  return run_->summary();
}

bool scan_task::wait_for(std::chrono::nanoseconds limit) const {
  const auto now = std::chrono::steady_clock::now();
  // A limit beyond the clock's range is no limit.
  if (limit > deadline::max() - now) {
    run_->wait();
    return true;
  }
  return run_->wait_until(now + limit);
}

scan_summary scan_task::summary() const {
  run_->wait();
  return run_->summary();
}

void scan_task::cancel() const {
  run_->cancel();
}

scan_progress scan_task::progress() const {
  return run_->progress();
}

}  // namespace dynamo
