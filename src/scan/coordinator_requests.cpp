// A scan's requests and their answers.
#include "scan/coordinator.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::scan {
namespace {

error endless_segment() {
  error reason;
  reason.kind = errc::invalid_response;
  reason.message =
      "the service repeats a LastEvaluatedKey within one segment, so that the segment would never "
      "end";
  return reason;
}

}  // namespace

// False: the read budget does not allow it yet.
bool coordinator::send(std::unique_lock<std::mutex>& lock) {
  sent each{.segment = ready_.front(), .at = backend_.now(), .reserved = 0};
  if (rate_) {
    const auto may = rate_->ask(each.at, waker_);
    if (!may.may_leave) {
      watch_.must_wait(each.at, may.ask_at);
      if (may.ask_at) set_alarm(lock, *may.ask_at);
      return false;
    }
    watch_.goes_on(each.at);
    each.reserved = may.reserved;
  }
  if (tally_.of_segment(each.segment).pages == 0) watch_.segment_started(each.segment);
  ready_.pop_front();
  cursors_[each.segment].ask();
  ++in_flight_;
  tally_.left(each.at);
  backend_request request;
  request.op = operation::scan;
  request.table = table_;
  request.stop = stop_requests_.get_token();
  request.deadline = options_.deadline;
  request.retry_budget = options_.retry_budget;
  request.gate = budget_;
  request.throttled = [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->throttled();
  };
  if (cursors_.size() > 1) request.segment = each.segment;
  request.body = request_.body(cursors_[each.segment], each.segment, cursors_.size(), left_);
  lock.unlock();
  backend_.submit(std::move(request),
                  [self = shared_from_this(), each](result<backend_response> response) {
                    self->arrive(each, std::move(response));
                  });
  lock.lock();
  return true;
}

// Asks again at that time, or at the deadline: no request is under way that would tell of it.
void coordinator::set_alarm(std::unique_lock<std::mutex>& lock, time_point when) {
  if (options_.deadline) when = std::min(when, *options_.deadline);
  if (alarm_ && *alarm_ <= when) return;
  alarm_ = when;
  lock.unlock();
  auto set = backend_.schedule(when, [weak = weak_from_this(), when] {
    if (const auto self = weak.lock()) self->ring(when);
  });
  lock.lock();
  if (set) return;
  set.error().table = table_;
  fail(std::move(set).error());
  pump_again_ = true;  // for handlers, which are told
}

void coordinator::ring(time_point when) {
  {
    const std::lock_guard lock(mutex_);
    if (alarm_ == when) alarm_.reset();
  }
  end_if_late();
  pump();
}

void coordinator::throttled() {
  const std::lock_guard lock(mutex_);
  tally_.throttled();
  limit_.throttled(in_flight_);
}

void coordinator::arrive(const sent& request, result<backend_response> response) {
  std::optional<page> arrived;
  const bool answered = response.has_value();
  const unsigned attempts = response ? response->attempts : response.error().attempts;
  error failure;
  if (!response) {
    failure = std::move(response).error();
  } else {
    auto opened = page::open(std::move(response->body));
    // Only its own answer touches the cursor of a segment that has asked.
    if (opened && !cursors_[request.segment].leads_on(opened->last_evaluated_key(),
                                                      opened->scanned_count())) {
      opened = endless_segment();
    }
    if (opened) {
      arrived = *std::move(opened);
      arrived->request_id = std::move(response->request_id);
      arrived->segment = request.segment;
    } else {
      failure = std::move(opened).error();
      failure.request_id = std::move(response->request_id);
      failure.attempts = attempts;
    }
  }
  const auto cost = rate_ && arrived ? std::optional(request_.cost_of(*arrived)) : std::nullopt;
  bool stop_others = false;
  std::deque<page> dropped;
  {
    const std::lock_guard lock(mutex_);
    // Once this is closed the backend may have gone.
    const time_point now = closed_ ? request.at : backend_.now();
    const scan_tally::request by{request.segment, attempts, request.at, now};
    if (answered) limit_.answered(in_flight_);
    --in_flight_;
    if (arrived && !ended_at_once_ && !satisfied_ && !closed_) {
      accept(by, *std::exchange(arrived, std::nullopt));
      stop_others = satisfied_;
    } else if (arrived) {
      tally_.wasted(by, *arrived);
    } else {
      stop_others = !failure_ && !satisfied_;
      tally_.failed(by, stop_others && detail::end_of(failure) == scan_end::failed);
    }
    if (stop_others && !satisfied_) {
      watch_.goes_on(now);
      failure.table = table_;
      if (cursors_.size() > 1) failure.segment = request.segment;
      if (failure.kind == errc::deadline_exceeded) {
        ended_at_once_ = true;
        dropped = drop_pages();
      }
      fail(std::move(failure));
    }
  }
  // It wakes who waits for the budget, this scan among them: only now is it known what is left.
  if (rate_) rate_->settle(request.reserved, cost);
  if (stop_others) stop_requests_.request_stop();
  changed_.notify_all();
  pump();
}

// With the lock held.
void coordinator::accept(const scan_tally::request& by, page arrived) {
  segment_cursor& cursor = cursors_[by.segment];
  cursor.advance(arrived.last_evaluated_key());
  if (left_) {
    cut_ = arrived.wanted > *left_;
    arrived.wanted = std::min(arrived.wanted, *left_);
    *left_ -= arrived.wanted;
    satisfied_ = *left_ == 0;
  }
  if (bytes_.arrived(arrived.size())) satisfied_ = true;
  if (satisfied_) {
    ready_.clear();
    failure_.reset();  // of another segment, which nobody was told of: it is not needed any more
    watch_.goes_on(by.ended);
  } else if (cursor.current() == segment_cursor::state::ready && !failure_) {
    ready_.push_back(by.segment);
  }
  const bool ends_segment = cursor.current() == segment_cursor::state::complete && !cut_;
  tally_.brought(by, arrived, ends_segment);
  if (ends_segment) watch_.segment_complete(by.segment, tally_.of_segment(by.segment));
  count_queued(static_cast<std::ptrdiff_t>(arrived.size()));
  pages_.push_back(std::move(arrived));
}

}  // namespace dynamo::scan
