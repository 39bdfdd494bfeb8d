// A scan's actions, its requests and their responses.
#include "scan/coordinator.hpp"

#include <utility>

namespace dynamo::scan {
namespace {

using dynamo::detail::caught_error;

// Returns the page of a response, in a list of one.
result<scan_machine::pages> opened(backend_response response, std::uint32_t segment) {
  auto found = page::open(std::move(response.body));
  if (!found) {
    found.error().request_id = std::move(response.request_id);
    found.error().attempts = response.attempts;
    return std::move(found).error();
  }
  scan_machine::pages arrived;
  arrived.push_back(*std::move(found));
  arrived.front().request_id = std::move(response.request_id);
  arrived.front().segment = segment;
  return arrived;
}

}  // namespace

// Settles one request exactly once, whatever the backend does: a completion that is dropped, or
// destroyed by an exception, fails the request.
class coordinator::ticket {
 public:
  ticket(std::shared_ptr<coordinator> of, const sent_request& request)
      : of_(std::move(of)), request_(request) {}
  ticket(const ticket&) = delete;
  ticket& operator=(const ticket&) = delete;
  ~ticket() {
    if (of_) answer(interruption(errc::cancelled, of_->table_));
  }
  void answer(result<backend_response> response) noexcept {
    if (const auto of = std::exchange(of_, nullptr)) of->arrive(request_, std::move(response));
  }

 private:
  std::shared_ptr<coordinator> of_;
  sent_request request_;
};

void coordinator::carry_out(scan_machine::action& what) noexcept {
  if (auto* request = std::get_if<scan_machine::send>(&what)) {
    send(*request);
  } else if (auto* delivery = std::get_if<scan_machine::deliver>(&what)) {
    outcome& it = delivery->what;
    if (it && *it) (*it)->hand_over();
    try {
      delivery->to.front()(std::move(it));
    } catch (...) {
      break_off(caught_error());
    }
  } else if (auto* alarm = std::get_if<scan_machine::wake_up>(&what)) {
    set_alarm(alarm->at);
  } else if (std::holds_alternative<scan_machine::cancel_requests>(what)) {
    stop_requests_.request_stop();
  }
}

void coordinator::send(const scan_machine::send& what) noexcept {
  const sent_request& each = what.request;
  std::shared_ptr<ticket> its;
  try {
    its = std::make_shared<ticket>(shared_from_this(), each);
    if (what.is_first) machine_.report_start(each.segment);
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
    {
      const std::lock_guard lock(mutex_);
      if (machine_.segments() > 1) request.segment = each.segment;
      request.body = request_.body(machine_.cursor_of(each.segment), each.segment,
                                   machine_.segments(), machine_.items_left());
    }
    backend_.submit(std::move(request),
                    [its](result<backend_response> response) { its->answer(std::move(response)); });
  } catch (...) {
    if (its) return its->answer(caught_error());
    arrive(each, caught_error());
  }
}

void coordinator::set_alarm(time_point when) noexcept {
  error failure;
  try {
    auto set = backend_.schedule(when, [weak = weak_from_this(), when] {
      if (const auto self = weak.lock()) self->alarm_rang(when);
    });
    if (set) return;
    set.error().table = table_;
    failure = std::move(set).error();
  } catch (...) {
    failure = caught_error();
  }
  const std::lock_guard lock(mutex_);
  machine_.fail(std::move(failure));
}

void coordinator::alarm_rang(time_point when) noexcept {
  {
    const std::lock_guard lock(mutex_);
    machine_.alarm_rang(when);
  }
  end_if_late();
  pump();
}

void coordinator::throttled() noexcept {
  const std::lock_guard lock(mutex_);
  machine_.throttled();
}

void coordinator::arrive(const sent_request& request, result<backend_response> response) noexcept {
  const unsigned attempts = response ? response->attempts : response.error().attempts;
  scan_machine::pages
      arrived;  // a page that is not delivered is destroyed after the lock is released
  std::optional<double> cost;
  std::optional<error> failure;
  try {
    if (!response) {
      failure = std::move(response).error();
    } else if (auto came = opened(*std::move(response), request.segment)) {
      arrived = *std::move(came);
      if (rate_) cost = request_.cost_of(arrived.front());
    } else {
      failure = std::move(came).error();
    }
  } catch (...) {
    failure = caught_error();
  }
  bool stop_others = false;
  {
    const std::lock_guard lock(mutex_);
    try {
      // After it is closed, the backend may be destroyed.
      const time_point now = machine_.is_closed() ? request.at : backend_.now();
      stop_others = failure ? machine_.request_failed(request, now, *std::move(failure))
                            : machine_.page_arrived(request, attempts, now, arrived);
    } catch (...) {
      machine_.break_off(caught_error());
      stop_others = true;
    }
  }
  // Wakes the scans that wait for the budget, this one included: the remaining budget is known only
  // now.
  if (rate_) rate_->settle(request.reserved, cost);
  if (stop_others) stop_requests_.request_stop();
  changed_.notify_all();
  pump();
}

}  // namespace dynamo::scan
