#include "scan/coordinator.hpp"

#include "core/clock_wait.hpp"

#include <utility>

namespace dynamo::scan {
namespace {

using dynamo::detail::caught_error;

std::shared_ptr<page_budget> budget_of(const scan_options& options, const scan_meters& meters) {
  return std::make_shared<page_budget>(options.max_buffered_bytes,
                                       page_budget::meters{.permits = meters.page_permits,
                                                           .memory = meters.page_memory_bytes,
                                                           .waits = meters.backpressure_waits});
}

std::shared_ptr<shared_budget> rate_of(const scan_options& options) {
  if (options.max_rcu) return std::make_shared<shared_budget>(options.max_rcu);
  return nullptr;
}

}  // namespace

coordinator::coordinator(backend& from, std::string table, const scan_options& options, bool ahead)
    : backend_(from),
      table_(std::move(table)),
      options_(checked(options)),
      ahead_(ahead),
      request_(table_, options),
      rate_(options.budget ? options.budget->shared_ : rate_of(options)),
      machine_(table_, options_, ahead,
               scan_observer(from, table_, options.segments.value_or(1) > 1)),
      budget_(budget_of(options, machine_.meters())) {}

void coordinator::go_on_from(const std::vector<segment_position>& positions) {
  machine_.begin_at(positions);
}

void coordinator::keep(std::shared_ptr<checkpoint_journal> journal, std::uint64_t delivered) {
  journal_ = std::move(journal);
  journal_->source_begins();
  machine_.count_delivered(delivered);
}

void coordinator::start() {
  budget_->on_room([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->pump();
  });
  waker_ = std::make_shared<shared_budget::waker>([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->pump();
  });
  on_stop_.emplace(options_.stop, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->end_at_once(errc::cancelled);
  });
}

void coordinator::end_at_once(errc kind) noexcept {
  {
    error reason = interruption(kind, table_);
    const std::lock_guard lock(mutex_);
    // After it is closed, the backend may be destroyed.
    const auto now = machine_.is_closed() ? std::nullopt : std::optional(backend_.now());
    if (!machine_.interrupt(std::move(reason), now)) return;
  }
  stop_requests_.request_stop();
  changed_.notify_all();
  pump();
}

void coordinator::break_off(error reason) noexcept {
  {
    const std::lock_guard lock(mutex_);
    machine_.break_off(std::move(reason));
  }
  stop_requests_.request_stop();
  changed_.notify_all();
}

// Waiting pages are not delivered after the deadline.
void coordinator::end_if_late() noexcept {
  if (!options_.deadline) return;
  {
    const std::lock_guard lock(mutex_);
    if (machine_.is_closed() || backend_.now() < *options_.deadline) return;
  }
  end_at_once(errc::deadline_exceeded);
}

std::optional<coordinator::outcome> coordinator::take() noexcept {
  try {
    return machine_.take(journal_.get());
  } catch (...) {
    machine_.break_off(caught_error());
    return machine_.take(nullptr);
  }
}

result<std::optional<page>> coordinator::next() {
  end_if_late();
  std::unique_lock lock(mutex_);
  machine_.puller_waits();
  std::optional<outcome> taken = take();
  if (!taken) {
    lock.unlock();
    pump();
    lock.lock();
    auto something = [&] { return (taken = take()).has_value(); };
    if (!options_.deadline) {
      changed_.wait(lock, something);
    } else if (!dynamo::detail::wait_until(
                   changed_, lock, *options_.deadline, [&] { return backend_.now(); }, something)) {
      lock.unlock();
      end_at_once(errc::deadline_exceeded);
      lock.lock();
      taken = take();
    }
  }
  machine_.puller_leaves();
  lock.unlock();
  if (*taken && **taken) (**taken)->hand_over();
  // With read-ahead, the next request is sent before this page is decoded. Without it, another
  // puller that waits for the page that this one took needs its own request.
  pump();
  if (*taken && !**taken && journal_) {
    // The last page may have had no items that could be acknowledged.
    if (auto saved = journal_->save_if_due(); !saved) return std::move(saved).error();
  }
  return *std::move(taken);
}

void coordinator::async_next(page_source::handler done) {
  end_if_late();
  {
    scan_machine::handlers one;
    one.push_back(std::move(done));
    const std::lock_guard lock(mutex_);
    machine_.handler_waits(std::move(one));
  }
  pump();
}

// One thread at a time. It also does what other threads find to do meanwhile, so that backends that
// answer at once do not cause recursion, and close() can wait for the last use of the backend.
void coordinator::pump() noexcept {
  const auto self = shared_from_this();  // a handler may destroy the source
  {
    const std::lock_guard lock(mutex_);
    if (pumping_ != std::thread::id()) return;
    pumping_ = std::this_thread::get_id();
  }
  while (act()) {
  }
  changed_.notify_all();
}

// Returns false if there is nothing to do; this thread then stops pumping. Changes of other threads
// under the lock before that are seen by `decide`; after it, those threads pump themselves.
bool coordinator::act() noexcept {
  scan_machine::action what;
  scan_machine::pages dropped;
  {
    const std::lock_guard lock(mutex_);
    try {
      what = decide();
    } catch (...) {
      machine_.break_off(caught_error());
      what = scan_machine::cancel_requests();
    }
    dropped = machine_.take_dropped();
    if (std::holds_alternative<std::monostate>(what) && dropped.empty()) {
      pumping_ = {};
      return false;
    }
  }
  carry_out(what);
  return true;
}

scan_machine::action coordinator::decide() {
  auto delivery = machine_.next_delivery(journal_.get());
  if (!std::holds_alternative<std::monostate>(delivery)) return delivery;
  if (!machine_.wants_request() || !budget_->has_room()) return {};
  const time_point now = backend_.now();
  if (!rate_) return machine_.next_request(now, 0);
  const auto verdict = rate_->ask(now, waker_);
  if (!verdict.may_leave) return machine_.wait_for_budget(now, verdict.ask_at);
  return machine_.next_request(now, verdict.reserved);
}

scan_progress coordinator::progress() const {
  const std::lock_guard lock(mutex_);
  return machine_.progress();
}

scan_summary coordinator::summary() const {
  const std::lock_guard lock(mutex_);
  return machine_.summary();
}

void coordinator::close() noexcept {
  on_stop_.reset();
  {
    error reason = interruption(errc::cancelled, table_);
    const std::lock_guard lock(mutex_);
    try {
      machine_.report_end(backend_.now());
      // NOLINTNEXTLINE(bugprone-empty-catch): without memory the log lacks the end of the scan
    } catch (...) {
    }
    machine_.close(std::move(reason));
  }
  stop_requests_.request_stop();
  changed_.notify_all();
  pump();
  std::unique_lock lock(mutex_);
  // A handler that destroys the source in violation of the contract does not wait for itself.
  changed_.wait(lock, [&] {
    return pumping_ == std::thread::id() || pumping_ == std::this_thread::get_id();
  });
  if (!journal_) return;
  // Pages that consumers hold still keep the journal.
  const std::shared_ptr<checkpoint_journal> journal = std::exchange(journal_, nullptr);
  lock.unlock();
  journal->source_ends();
  try {
    // A failure has no receiver any more; callers that need to know call `try_save_checkpoint`.
    (void)journal->save();
    // NOLINTNEXTLINE(bugprone-empty-catch): the same for lack of memory
  } catch (...) {
  }
}

}  // namespace dynamo::scan
