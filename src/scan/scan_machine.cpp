#include "scan/scan_machine.hpp"

#include "core/brief_error.hpp"
#include "scan/page_request.hpp"
#include "scan/spread_order.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::scan {
namespace {

constexpr std::uint32_t default_max_concurrency = 64;

std::uint32_t most_requests(const scan_options& options) {
  return options.max_concurrency.value_or(
      std::min(options.segments.value_or(1), default_max_concurrency));
}

error endless_segment() {
  error reason;
  reason.kind = errc::invalid_response;
  reason.message =
      "the service repeats a LastEvaluatedKey within one segment, so that the segment would never "
      "end";
  return reason;
}

// If there is no memory for a copy, the kind is what matters.
error copy_of(const error& failure) noexcept {
  try {
    return failure;
  } catch (...) {
    error bare;
    bare.kind = failure.kind;
    return bare;
  }
}

}  // namespace

error interruption(errc kind, const std::string& table) noexcept {
  return dynamo::detail::brief_error(kind,
                                     kind == errc::cancelled
                                         ? "the scan was cancelled"
                                         : "the scan's deadline passed before it was complete",
                                     table);
}

scan_machine::scan_machine(std::string table, const scan_options& options, bool ahead,
                           scan_observer observer)
    : table_(std::move(table)),
      options_(options),
      ahead_(ahead),
      observer_(std::move(observer)),
      cursors_(options.segments.value_or(1)),
      limit_(most_requests(options)),
      bytes_(options.max_bytes),
      ready_(asking_order(options.segments.value_or(1), limit_.current())),
      left_(options.limit),
      tally_(options.segments.value_or(1), observer_.meters()) {}

void scan_machine::begin_at(const std::vector<segment_position>& positions) {
  if (positions.size() != cursors_.size()) {
    reject("there are " + std::to_string(positions.size()) + " positions for " +
           std::to_string(cursors_.size()) + " segments");
  }
  for (std::uint32_t segment = 0; segment < cursors_.size(); ++segment) {
    const segment_position& position = positions[segment];
    const std::string& key = position.start_key;
    if (!key.empty() && (key.front() != '{' || key.back() != '}')) {
      reject("the start key of segment " + std::to_string(segment) + " is not a JSON object");
    }
    cursors_[segment] = segment_cursor(position);
    if (position.complete) tally_.was_complete(segment);
  }
  ready_.remove_if([&](std::uint32_t each) { return positions[each].complete; });
}

void scan_machine::count_delivered(std::uint64_t items) {
  if (!left_) return;
  *left_ -= std::min(*left_, items);
  satisfied_ = *left_ == 0;
  if (satisfied_) ready_.clear();
}

void scan_machine::throttled() noexcept {
  tally_.throttled();
  limit_.throttled(in_flight_);
}

void scan_machine::alarm_rang(time_point when) noexcept {
  if (alarm_ == when) alarm_.reset();
}

bool scan_machine::page_arrived(const sent_request& of, unsigned attempts, time_point now,
                                pages& arrived) {
  limit_.answered(in_flight_);
  --in_flight_;
  page& came = arrived.front();
  if (!cursors_[of.segment].leads_on(came.last_evaluated_key(), came.scanned_count())) {
    error failure = endless_segment();
    failure.request_id = came.request_id;
    failure.attempts = attempts;
    return fail_with(of, now, std::move(failure));
  }
  const scan_tally::request by{of.segment, attempts, of.at, now};
  if (ended_at_once_ || satisfied_ || closed_) {
    tally_.wasted(by, came);
    return false;
  }
  accept(by, arrived);
  return satisfied_;
}

void scan_machine::accept(const scan_tally::request& by, pages& arrived) {
  page& came = arrived.front();
  segment_cursor& cursor = cursors_[by.segment];
  cursor.advance(came.last_evaluated_key());
  if (left_) {
    cut_ = came.wanted > *left_;
    came.wanted = std::min(came.wanted, *left_);
    *left_ -= came.wanted;
    satisfied_ = *left_ == 0;
  }
  if (bytes_.arrived(came.size())) satisfied_ = true;
  if (satisfied_) {
    ready_.clear();
    failure_.reset();  // of another segment, and not delivered: no longer needed
    observer_.wait_ended(by.ended);
  } else if (cursor.current() == segment_cursor::state::ready && !failure_) {
    ready_.push_back(by.segment);
  }
  const bool ends_segment = cursor.current() == segment_cursor::state::complete && !cut_;
  tally_.page_arrived(by, came, ends_segment);
  if (ends_segment) observer_.segment_complete(by.segment, tally_.of_segment(by.segment));
  count_queued(static_cast<std::ptrdiff_t>(came.size()));
  pages_.splice(pages_.end(), arrived);
}

bool scan_machine::request_failed(const sent_request& of, time_point now, error failure) {
  --in_flight_;
  return fail_with(of, now, std::move(failure));
}

bool scan_machine::fail_with(const sent_request& of, time_point now, error failure) {
  const bool is_cause = !failure_ && !satisfied_;
  tally_.failed({of.segment, failure.attempts, of.at, now},
                is_cause && detail::end_of(failure) == scan_end::failed);
  if (!is_cause) return false;
  observer_.wait_ended(now);
  failure.table = table_;
  if (cursors_.size() > 1) failure.segment = of.segment;
  if (failure.kind == errc::deadline_exceeded) {
    ended_at_once_ = true;
    drop_pages();
  }
  fail(std::move(failure));
  return true;
}

// Pages that arrived before are still delivered.
void scan_machine::fail(error reason) noexcept {
  if (!failure_) failure_ = std::move(reason);
  ready_.clear();
}

void scan_machine::drop_pages() noexcept {
  count_queued(-static_cast<std::ptrdiff_t>(queued_bytes_));
  dropped_.splice(dropped_.end(), pages_);
}

void scan_machine::count_queued(std::ptrdiff_t bytes) noexcept {
  queued_bytes_ += static_cast<std::size_t>(bytes);
  observer_.queued(bytes);
}

bool scan_machine::interrupt(error reason, std::optional<time_point> now) noexcept {
  if (is_complete()) return false;
  break_off(std::move(reason));
  if (now) observer_.wait_ended(*now);
  return true;
}

void scan_machine::break_off(error reason) noexcept {
  ended_at_once_ = true;
  fail(std::move(reason));
  drop_pages();
}

// A consumer that still waits gets a cancellation, never a completion.
void scan_machine::close(error reason) noexcept {
  closed_ = true;
  break_off(std::move(reason));
}

void scan_machine::report_end(time_point now) {
  observer_.wait_ended(now);
  observer_.ended(summary());
}

// Dropped pages do not count as delivered.
bool scan_machine::is_complete() const noexcept {
  if (ended_at_once_ || closed_) return false;
  return pages_.empty() && (satisfied_ || (in_flight_ == 0 && ready_.empty() && !failure_));
}

scan_end scan_machine::end() const noexcept {
  if (failure_) return detail::end_of(*failure_);
  if (!is_complete()) return scan_end::unfinished;
  const scan_progress& now = tally_.progress();
  return now.segments_complete == now.segments ? scan_end::complete : scan_end::limited;
}

std::optional<scan_machine::outcome> scan_machine::take(checkpoint_journal* journal) {
  if (!pages_.empty()) {
    if (journal != nullptr) journal->hand_out(pages_.front());
    pages taken;
    taken.splice(taken.end(), pages_, pages_.begin());
    count_queued(-static_cast<std::ptrdiff_t>(taken.front().size()));
    return outcome(std::optional<page>(std::move(taken.front())));
  }
  if (is_complete()) return outcome(std::optional<page>());
  if (failure_ && (in_flight_ == 0 || ended_at_once_)) return outcome(copy_of(*failure_));
  return std::nullopt;
}

scan_machine::action scan_machine::next_delivery(checkpoint_journal* journal) {
  if (handlers_.empty()) return {};
  std::optional<outcome> taken = take(journal);
  if (!taken) return {};
  deliver next{.to = {}, .what = *std::move(taken)};
  next.to.splice(next.to.end(), handlers_, handlers_.begin());
  return next;
}

bool scan_machine::wants_request() const noexcept {
  if (closed_ || failure_ || ready_.empty() || in_flight_ >= limit_.current()) return false;
  if (!bytes_.allows_another(in_flight_)) return false;
  const std::size_t pulled = pullers_ + handlers_.size();
  if (!ahead_) return in_flight_ + pages_.size() < pulled;
  if (queued_bytes_ > options_.max_buffered_bytes) return false;
  // Nothing is sent before the first pull.
  return tally_.progress().requests + in_flight_ != 0 || pulled != 0;
}

scan_machine::send scan_machine::next_request(time_point now, double reserved) noexcept {
  const std::uint32_t segment = ready_.front();
  observer_.wait_ended(now);
  ready_.pop_front();
  cursors_[segment].ask();
  ++in_flight_;
  tally_.left(now);
  return {.request = {.segment = segment, .at = now, .reserved = reserved},
          .is_first = tally_.of_segment(segment).pages == 0};
}

scan_machine::action scan_machine::wait_for_budget(time_point now, time_point ask_at) {
  observer_.must_wait(now, ask_at);
  // No request is under way that would report that the deadline has passed.
  const time_point when = options_.deadline ? std::min(ask_at, *options_.deadline) : ask_at;
  if (alarm_ && *alarm_ <= when) return {};
  alarm_ = when;
  return wake_up{.at = when};
}

scan_progress scan_machine::progress() const {
  scan_progress now = tally_.progress();
  now.concurrency = limit_.current();
  return now;
}

}  // namespace dynamo::scan
