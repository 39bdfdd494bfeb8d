#include "scan/coordinator.hpp"

#include "model/encode.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace dynamo::scan {
namespace {

constexpr std::uint32_t default_max_concurrency = 64;
// AWS's limit for TotalSegments.
constexpr std::uint32_t max_segments = 1'000'000;
// The service takes no Limit beyond a signed 32-bit integer.
constexpr std::uint64_t largest_limit = 0x7FFFFFFF;

[[noreturn]] void reject(std::string message) {
  throw exception({.kind = errc::invalid_argument, .message = std::move(message)});
}

scan_options checked(scan_options options) {
  const std::uint32_t segments = options.segments.value_or(1);
  if (segments == 0 || segments > max_segments) {
    reject("segments is " + std::to_string(segments) + ": use 1 to 1,000,000");
  }
  if (options.max_concurrency == 0U) reject("max_concurrency is 0: use 1 or more, or leave it out");
  if (options.page_size == 0U) reject("page_size is 0: use 1 or more, or leave it out");
  if (options.batch_size == std::size_t{0})
    reject("batch_size is 0: use 1 or more, or leave it out");
  if (options.limit == std::uint64_t{0}) reject("limit is 0: use 1 or more, or leave it out");
  if (options.select == select::count && !options.projection_expression.empty()) {
    reject("select count returns no attributes: leave projection_expression out");
  }
  return options;
}

std::string fixed_body(const std::string& table, const scan_options& options) {
  scan_request request;
  request.table = table;
  request.index_name = options.index_name;
  request.filter_expression = options.filter_expression;
  request.projection_expression = options.projection_expression;
  request.expression_attribute_names = options.expression_attribute_names;
  request.expression_attribute_values = options.expression_attribute_values;
  request.consistent_read = options.consistent_read;
  request.selected = options.select;
  return model::encode(request);
}

error interruption(errc kind, const std::string& table) {
  error reason;
  reason.kind = kind;
  reason.table = table;
  reason.message = kind == errc::cancelled ? "the scan was cancelled"
                                           : "the scan's deadline passed before it was complete";
  return reason;
}

error endless_segment() {
  error reason;
  reason.kind = errc::invalid_response;
  reason.message =
      "the service answers with the LastEvaluatedKey that it was asked to go on from, so that the "
      "segment would never end";
  return reason;
}

}  // namespace

coordinator::coordinator(backend& from, std::string table, const scan_options& options, bool ahead)
    : backend_(from),
      table_(std::move(table)),
      options_(checked(options)),
      ahead_(ahead),
      max_concurrency_(options.max_concurrency.value_or(
          std::min(options.segments.value_or(1), default_max_concurrency))),
      budget_(std::make_shared<page_budget>(options.max_buffered_bytes)),
      fixed_body_(fixed_body(table_, options)),
      cursors_(options.segments.value_or(1)),
      left_(options.limit) {
  for (std::uint32_t segment = 0; segment < cursors_.size(); ++segment) ready_.push_back(segment);
  progress_.segments = static_cast<std::uint32_t>(cursors_.size());
}

void coordinator::go_on_from(const std::vector<segment_position>& positions) {
  if (positions.size() != cursors_.size()) {
    reject("there are " + std::to_string(positions.size()) + " positions for " +
           std::to_string(cursors_.size()) + " segments");
  }
  ready_.clear();
  for (std::uint32_t segment = 0; segment < cursors_.size(); ++segment) {
    const segment_position& position = positions[segment];
    const std::string& key = position.start_key;
    if (!key.empty() && (key.front() != '{' || key.back() != '}')) {
      reject("the start key of segment " + std::to_string(segment) + " is no JSON object");
    }
    cursors_[segment] = segment_cursor(position);
    if (position.complete) {
      ++progress_.segments_complete;
    } else {
      ready_.push_back(segment);
    }
  }
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
  on_stop_.emplace(options_.stop, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->end_at_once(errc::cancelled);
  });
}

// With the lock held. Pages that arrived before are still delivered.
void coordinator::fail(error reason) {
  if (!failure_) failure_ = std::move(reason);
  ready_.clear();
}

void coordinator::end_at_once(errc kind) {
  std::deque<page> dropped;  // destroyed without the lock: their memory's owner calls back
  {
    const std::lock_guard lock(mutex_);
    if (is_complete()) return;
    ended_at_once_ = true;
    fail(interruption(kind, table_));
    dropped.swap(pages_);
    queued_bytes_ = 0;
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
    queued_bytes_ -= taken.size();
    if (journal_) journal_->hand_out(taken);
    return outcome(std::optional<page>(std::move(taken)));
  }
  if (is_complete()) return outcome(std::optional<page>());
  if (failure_ && (in_flight_ == 0 || ended_at_once_)) return outcome(*failure_);
  return std::nullopt;
}

bool coordinator::wants_more() const {
  if (closed_ || failure_ || ready_.empty() || in_flight_ >= max_concurrency_) return false;
  const std::size_t asked_for = pullers_ + handlers_.size();
  if (!ahead_) return in_flight_ + pages_.size() < asked_for;
  if (queued_bytes_ > options_.max_buffered_bytes) return false;
  // Nothing leaves before the first pull.
  return progress_.requests + in_flight_ != 0 || asked_for != 0;
}

// Pages that wait are not delivered behind the deadline.
void coordinator::end_if_late() {
  if (options_.deadline && std::chrono::steady_clock::now() >= *options_.deadline) {
    end_at_once(errc::deadline_exceeded);
  }
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
    if (wants_more() && budget_->has_room()) {
      const std::uint32_t segment = ready_.front();
      ready_.pop_front();
      cursors_[segment].ask();
      ++in_flight_;
      backend_request request = next_request(segment);
      lock.unlock();
      backend_.submit(std::move(request),
                      [self = shared_from_this(), segment](result<backend_response> response) {
                        self->arrive(segment, std::move(response));
                      });
      lock.lock();
      continue;
    }
    if (!pump_again_) break;
  }
  pumping_ = false;
  lock.unlock();
  changed_.notify_all();
}

backend_request coordinator::next_request(std::uint32_t segment) {
  backend_request request;
  request.op = operation::scan;
  request.table = table_;
  request.stop = stop_requests_.get_token();
  request.deadline = options_.deadline;
  request.retry_budget = options_.retry_budget;
  request.gate = budget_;
  request.body = fixed_body_;
  request.body.pop_back();
  if (cursors_.size() > 1) {
    request.segment = segment;
    request.body += ",\"Segment\":" + std::to_string(segment) +
                    ",\"TotalSegments\":" + std::to_string(cursors_.size());
  }
  std::uint64_t evaluate = largest_limit + 1;
  if (options_.page_size) evaluate = *options_.page_size;
  if (left_ && options_.filter_expression.empty()) evaluate = std::min(evaluate, *left_);
  if (evaluate <= largest_limit) request.body += ",\"Limit\":" + std::to_string(evaluate);
  const std::string& start_key = cursors_[segment].start_key();
  if (!start_key.empty()) request.body += ",\"ExclusiveStartKey\":" + start_key;
  request.body += '}';
  return request;
}

void coordinator::arrive(std::uint32_t segment, result<backend_response> response) {
  std::optional<page> arrived;
  const unsigned attempts = response ? response->attempts : response.error().attempts;
  error failure;
  if (!response) {
    failure = std::move(response).error();
  } else {
    auto opened = page::open(std::move(response->body));
    // Only its own answer touches the cursor of a segment that has asked.
    if (opened &&
        !cursors_[segment].leads_on(opened->last_evaluated_key(), opened->scanned_count())) {
      opened = endless_segment();
    }
    if (opened) {
      arrived = *std::move(opened);
      arrived->request_id = std::move(response->request_id);
      arrived->segment = segment;
    } else {
      failure = std::move(opened).error();
      failure.request_id = std::move(response->request_id);
      failure.attempts = attempts;
    }
  }
  bool stop_others = false;
  std::deque<page> dropped;
  {
    const std::lock_guard lock(mutex_);
    --in_flight_;
    if (arrived && !ended_at_once_ && !satisfied_ && !closed_) {
      accept(segment, *std::exchange(arrived, std::nullopt), attempts);
      stop_others = satisfied_;
    } else if (!arrived && !satisfied_) {
      stop_others = !failure_;
      failure.table = table_;
      if (cursors_.size() > 1) failure.segment = segment;
      if (failure.kind == errc::deadline_exceeded && !failure_) {
        ended_at_once_ = true;
        dropped.swap(pages_);
        queued_bytes_ = 0;
      }
      fail(std::move(failure));
    }
  }
  if (stop_others) stop_requests_.request_stop();
  changed_.notify_all();
  pump();
}

// With the lock held.
void coordinator::accept(std::uint32_t segment, page arrived, unsigned attempts) {
  segment_cursor& cursor = cursors_[segment];
  cursor.advance(arrived.last_evaluated_key());
  if (cursor.current() == segment_cursor::state::complete) ++progress_.segments_complete;
  if (left_) {
    arrived.wanted = std::min(arrived.wanted, *left_);
    *left_ -= arrived.wanted;
    satisfied_ = *left_ == 0;
  }
  if (satisfied_) {
    ready_.clear();
  } else if (cursor.current() == segment_cursor::state::ready && !failure_) {
    ready_.push_back(segment);
  }
  ++progress_.pages;
  progress_.items += arrived.wanted;
  progress_.scanned_items += arrived.scanned_count();
  progress_.bytes += arrived.size();
  progress_.requests += attempts;
  progress_.consumed_capacity += arrived.consumed_capacity().value_or(0);
  queued_bytes_ += arrived.size();
  pages_.push_back(std::move(arrived));
}

scan_progress coordinator::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

void coordinator::close() {
  on_stop_.reset();
  std::deque<page> dropped;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    // Who still waits hears of a cancellation, never of a completion.
    if (!is_complete()) {
      ended_at_once_ = true;
      fail(interruption(errc::cancelled, table_));
    }
    dropped.swap(pages_);
    queued_bytes_ = 0;
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
