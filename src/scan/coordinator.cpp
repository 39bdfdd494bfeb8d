#include "scan/coordinator.hpp"

#include "scan/spread_order.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::scan {
namespace {

constexpr std::uint32_t default_max_concurrency = 64;

error interruption(errc kind, const std::string& table) {
  error reason;
  reason.kind = kind;
  reason.table = table;
  reason.message = kind == errc::cancelled ? "the scan was cancelled"
                                           : "the scan's deadline passed before it was complete";
  return reason;
}

}  // namespace

coordinator::coordinator(backend& from, std::string table, const scan_options& options, bool ahead)
    : backend_(from),
      table_(std::move(table)),
      options_(checked(options)),
      ahead_(ahead),
      watch_(from, table_, options.segments.value_or(1) > 1),
      budget_(std::make_shared<page_budget>(
          options.max_buffered_bytes,
          page_budget::meters{.permits = watch_.meters().page_permits,
                              .memory = watch_.meters().page_memory_bytes,
                              .waits = watch_.meters().backpressure_waits})),
      rate_(options.budget    ? options.budget->shared_
            : options.max_rcu ? std::make_shared<shared_budget>(options.max_rcu)
                              : nullptr),
      request_(table_, options),
      cursors_(options.segments.value_or(1)),
      limit_(options.max_concurrency.value_or(
          std::min(options.segments.value_or(1), default_max_concurrency))),
      bytes_(options.max_bytes),
      ready_(asking_order(options.segments.value_or(1), limit_.current())),
      left_(options.limit),
      tally_(options.segments.value_or(1), watch_.meters()) {}

void coordinator::go_on_from(const std::vector<segment_position>& positions) {
  if (positions.size() != cursors_.size()) {
    reject("there are " + std::to_string(positions.size()) + " positions for " +
           std::to_string(cursors_.size()) + " segments");
  }
  for (std::uint32_t segment = 0; segment < cursors_.size(); ++segment) {
    const segment_position& position = positions[segment];
    const std::string& key = position.start_key;
    if (!key.empty() && (key.front() != '{' || key.back() != '}')) {
      reject("the start key of segment " + std::to_string(segment) + " is no JSON object");
    }
    cursors_[segment] = segment_cursor(position);
    if (position.complete) tally_.was_complete(segment);
  }
  std::erase_if(ready_, [&](std::uint32_t each) { return positions[each].complete; });
}

void coordinator::keep(std::shared_ptr<checkpoint_journal> journal, std::uint64_t delivered) {
  journal_ = std::move(journal);
  journal_->source_begins();
  if (!left_) return;
  *left_ -= std::min(*left_, delivered);
  satisfied_ = *left_ == 0;
  if (satisfied_) ready_.clear();
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

// With the lock held. Pages that arrived before are still delivered.
void coordinator::fail(error reason) {
  if (!failure_) failure_ = std::move(reason);
  ready_.clear();
}

std::deque<page> coordinator::drop_pages() {
  count_queued(-static_cast<std::ptrdiff_t>(queued_bytes_));
  return std::exchange(pages_, {});
}

void coordinator::count_queued(std::ptrdiff_t bytes) {
  queued_bytes_ += static_cast<std::size_t>(bytes);
  watch_.queued(bytes);
}

void coordinator::end_at_once(errc kind) {
  std::deque<page> dropped;
  {
    const std::lock_guard lock(mutex_);
    if (is_complete()) return;
    ended_at_once_ = true;
    fail(interruption(kind, table_));
    dropped = drop_pages();
    if (!closed_) watch_.goes_on(backend_.now());
  }
  stop_requests_.request_stop();
  changed_.notify_all();
  pump();
}

// What was dropped on the way does not count as delivered.
bool coordinator::is_complete() const {
  if (ended_at_once_ || closed_) return false;
  return pages_.empty() && (satisfied_ || (in_flight_ == 0 && ready_.empty() && !failure_));
}

std::optional<coordinator::outcome> coordinator::take() {
  if (!pages_.empty()) {
    page taken = std::move(pages_.front());
    pages_.pop_front();
    count_queued(-static_cast<std::ptrdiff_t>(taken.size()));
    if (journal_) journal_->hand_out(taken);
    return outcome(std::optional<page>(std::move(taken)));
  }
  if (is_complete()) return outcome(std::optional<page>());
  if (failure_ && (in_flight_ == 0 || ended_at_once_)) return outcome(*failure_);
  return std::nullopt;
}

bool coordinator::wants_more() const {
  if (closed_ || failure_ || ready_.empty() || in_flight_ >= limit_.current()) return false;
  if (!bytes_.allows_another(in_flight_)) return false;
  const std::size_t asked_for = pullers_ + handlers_.size();
  if (!ahead_) return in_flight_ + pages_.size() < asked_for;
  if (queued_bytes_ > options_.max_buffered_bytes) return false;
  // Nothing leaves before the first pull.
  return tally_.progress().requests + in_flight_ != 0 || asked_for != 0;
}

// Pages that wait are not delivered behind the deadline.
void coordinator::end_if_late() {
  if (!options_.deadline) return;
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || backend_.now() < *options_.deadline) return;
  }
  end_at_once(errc::deadline_exceeded);
}

result<std::optional<page>> coordinator::next() {
  end_if_late();
  std::unique_lock lock(mutex_);
  ++pullers_;
  std::optional<outcome> taken = take();
  while (!taken) {
    lock.unlock();
    pump();
    lock.lock();
    auto something = [&] { return (taken = take()).has_value(); };
    if (!options_.deadline) {
      changed_.wait(lock, something);
    } else if (!changed_.wait_until(lock, *options_.deadline, something)) {
      lock.unlock();
      end_at_once(errc::deadline_exceeded);
      lock.lock();
      taken = take();
    }
  }
  --pullers_;
  lock.unlock();
  if (*taken && **taken) {
    (**taken)->hand_over();
    // With read-ahead the next request leaves before this page is decoded. Without, another puller
    // that had asked for this very page, and waits now, needs one of its own.
    pump();
  } else if (*taken && journal_) {
    // The last page may have had no items that somebody could acknowledge.
    if (auto saved = journal_->save_if_due(); !saved) return std::move(saved).error();
  }
  return *std::move(taken);
}

void coordinator::async_next(page_source::handler done) {
  end_if_late();
  {
    const std::lock_guard lock(mutex_);
    handlers_.push_back(std::move(done));
  }
  pump();
}

// One thread at a time: what others find to do meanwhile it does too, so that backends that answer
// at once do not lead to recursion, and close() can wait for the last use of the backend.
void coordinator::pump() {
  std::unique_lock lock(mutex_);
  if (pumping_) {
    pump_again_ = true;
    return;
  }
  pumping_ = true;
  for (;;) {
    pump_again_ = false;
    if (!handlers_.empty()) {
      if (std::optional<outcome> served = take()) {
        const page_source::handler handler = std::move(handlers_.front());
        handlers_.pop_front();
        lock.unlock();
        if (*served && **served) (**served)->hand_over();
        handler(*std::move(served));
        lock.lock();
        continue;
      }
    }
    if (wants_more() && budget_->has_room() && send(lock)) continue;
    if (!pump_again_) break;
  }
  pumping_ = false;
  lock.unlock();
  changed_.notify_all();
}

scan_progress coordinator::progress() const {
  const std::lock_guard lock(mutex_);
  scan_progress now = tally_.progress();
  now.concurrency = limit_.current();
  return now;
}

scan_end coordinator::how_it_ends() const {
  if (failure_) return detail::end_of(*failure_);
  if (!is_complete()) return scan_end::unfinished;
  const scan_progress& now = tally_.progress();
  return now.segments_complete == now.segments ? scan_end::complete : scan_end::limited;
}

scan_summary coordinator::summary() const {
  const std::lock_guard lock(mutex_);
  return tally_.summary(how_it_ends());
}

void coordinator::close() {
  on_stop_.reset();
  std::deque<page> dropped;
  {
    const std::lock_guard lock(mutex_);
    watch_.goes_on(backend_.now());
    watch_.ended(tally_.summary(how_it_ends()));
    closed_ = true;
    // Who still waits hears of a cancellation, never of a completion.
    if (!is_complete()) {
      ended_at_once_ = true;
      fail(interruption(errc::cancelled, table_));
    }
    dropped = drop_pages();
  }
  stop_requests_.request_stop();
  pump();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !pumping_; });
  if (!journal_) return;
  // Pages that consumers hold still keep it.
  const std::shared_ptr<checkpoint_journal> journal = std::exchange(journal_, nullptr);
  lock.unlock();
  journal->source_ends();
  // Nobody is left to be told of a failure; `try_save_checkpoint` is for those who want to know.
  (void)journal->save();
}

}  // namespace dynamo::scan
