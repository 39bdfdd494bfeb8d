#include "client/wire_call.hpp"

#include "core/brief_error.hpp"

#include <atomic>
#include <new>
#include <utility>
#include <variant>

namespace dynamo::wire {
namespace {

error cancellation() noexcept {
  return dynamo::detail::brief_error(errc::cancelled, "the request was cancelled");
}

error lateness() noexcept {
  return dynamo::detail::brief_error(
      errc::deadline_exceeded, "the deadline passed before there were region and credentials");
}

}  // namespace

wire_call::wire_call(wire_connection& over, backend_request request, backend_completion done)
    : over_(over),
      request_(std::move(request)),
      done_(std::move(done)),
      retries_(over.retry_, request_.retry_budget.value_or(request_.op == operation::scan
                                                               ? over.config_.scan_retry_budget
                                                               : over.config_.retry_budget)) {
  over_.call_begins();
}

wire_call::~wire_call() {
  over_.call_ends();
}

template <class Step>
void wire_call::guarded(Step step) noexcept {
  try {
    step();
  } catch (...) {
    fail(dynamo::detail::caught_error());
  }
}

void wire_call::start() noexcept {
  guarded([&] { begin(); });
}

void wire_call::begin() {
  if (auto connected = over_.connect(); !connected) return fail(std::move(connected).error());
  on_stop_.emplace(request_.stop, stopper{this});
  bool stopped = false;
  {
    const std::lock_guard lock(mutex_);
    started_ = true;
    stopped = stopped_;
  }
  if (stopped) {
    end_later();
  } else {
    const auto found = std::make_shared<std::atomic<bool>>(false);
    over_.place_.locate([self = shared_from_this(), found](result<void> outcome) {
      *found = true;
      self->guarded([&] { self->located(std::move(outcome)); });
    });
    keep_deadline_until(found);
  }
}

void wire_call::located(result<void> found) {
  // This may be its last owner, as behind a back-off.
  if (is_over()) return fail(cancellation());
  if (found) return attempt();
  fail(over_.is_closing() ? cancellation() : std::move(found).error());
}

void wire_call::attempt() {
  auto search = std::make_shared<credential_search>(over_.searches_, shared_from_this());
  if (!search->waits()) return fail(cancellation());
  const auto found = std::make_shared<std::atomic<bool>>(false);
  over_.credentials_->resolve([found, search](result<credentials> who) {
    *found = true;
    search->answer([&](wire_call& self) { self.guarded([&] { self.resolved(who); }); });
  });
  search.reset();
  keep_deadline_until(found);
}

void wire_call::keep_deadline_until(const std::shared_ptr<std::atomic<bool>>& found) {
  if (*found || !request_.deadline) return;
  (void)over_.schedule(*request_.deadline, [weak = weak_from_this(), found] {
    const auto self = weak.lock();
    if (self && !*found) self->fail(lateness());
  });
}

void wire_call::resolved(result<credentials>& who) {
  over_.watch_.resolved(who);
  if (is_over() || over_.is_closing()) {
    fail(cancellation());
  } else if (!who) {
    fail(std::move(who).error());
  } else if (request_.deadline && over_.uses_.time->now() >= *request_.deadline) {
    fail(lateness());
  } else {
    send(*who);
  }
}

void wire_call::send(const credentials& who) {
  credentials_generation_ = over_.refused_credentials_;
  signed_for_ = over_.service_time_.at(over_.uses_.time->wall_time());
  auto signed_request = over_.sign(request_, who, signed_for_);
  if (!signed_request) return fail(std::move(signed_request).error());
  session_token_ = who.session_token;
  url_ = signed_request->url;
  signed_request->gate = request_.gate;
  signed_request->deadline = request_.deadline;
  over_.watch_.sent(request_, ++attempts_);
  sent_at_ = over_.uses_.time->now();
  const auto id = over_.send(*std::move(signed_request),
                             [self = shared_from_this()](net::http_outcome outcome) {
                               self->guarded([&] { self->answer(std::move(outcome)); });
                             });
  if (!id) return fail(id.error());
  const std::lock_guard lock(mutex_);
  // It may have failed and been sent again meanwhile: ids grow.
  if (!transfer_ || *transfer_ < *id) transfer_ = *id;
  if (stopped_) over_.transport_->cancel(*id);
}

void wire_call::answer(net::http_outcome outcome) {
  const std::chrono::nanoseconds took = over_.uses_.time->now() - sent_at_;
  if (!is_over()) over_.watch_.attempt_ended(request_, took);
  if (const auto* lost = std::get_if<net::transport_error>(&outcome)) {
    retries_.exclude_wait(lost->waited);
    if (lost->waited != std::chrono::nanoseconds(0)) over_.answered_ = true;
    return follow_up(transport_failure(*lost), std::nullopt);
  }
  auto& response = std::get<net::http_response>(outcome);
  over_.answered_ = true;
  if (auto failed = failure_in(response, {.url = url_, .session_token = session_token_})) {
    if (failed->follow_up == failure_class::wrong_time &&
        !over_.service_time_.learn(response.date, signed_for_, over_.uses_.time->wall_time())) {
      failed->follow_up = failure_class::permanent;
    }
    return follow_up(*std::move(failed), response.retry_after);
  }
  over_.watch_.answered(request_, attempts_, response.request_id, took);
  finish(backend_response{.body = std::move(response.body),
                          .request_id = std::move(response.request_id),
                          .attempts = attempts_});
}

void wire_call::follow_up(failed_attempt failed,
                          std::optional<std::chrono::milliseconds> retry_after) {
  if (failed.follow_up == failure_class::throttled) {
    over_.watch_.throttled(request_);
    if (request_.throttled) request_.throttled();
  }
  if (failed.follow_up == failure_class::expired_credentials)
    over_.refuse_credentials(credentials_generation_);
  const auto now = over_.uses_.time->now();
  const auto delay = retries_.after_failure(failed.follow_up, now, over_.uses_.random->uniform(),
                                            over_.answered_, retry_after);
  if (!delay) return fail(std::move(failed.reason));
  if (request_.deadline && now + *delay >= *request_.deadline) {
    failed.reason.kind = errc::deadline_exceeded;
    failed.reason.message =
        "the deadline leaves no time to try again after this: " + failed.reason.message;
    return fail(std::move(failed.reason));
  }
  if (!is_over()) over_.watch_.retried(request_, attempts_, failed, *delay);
  // Ends it itself if it is over: this may be its last owner, which must not end while a stop
  // that comes just now still needs it.
  over_.transport_->schedule(now + *delay, [self = shared_from_this()] {
    if (self->is_over()) return self->fail(cancellation());
    self->guarded([&] { self->attempt(); });
  });
  if (is_over()) fail(cancellation());
}

void wire_call::give_up() noexcept {
  fail(cancellation());
}

void wire_call::stop() {
  std::optional<net::transport::transfer_id> transfer;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    transfer = transfer_;
    if (!started_) return;  // start() is about to look
  }
  guarded([&] {
    if (transfer) over_.transport_->cancel(*transfer);
    end_later();  // if it waits for its next attempt, nothing else would end it
  });
}

void wire_call::end_later() {
  // Without a network nothing is under way that could end it at the same time.
  if (!over_.schedule(over_.uses_.time->now(),
                      [self = shared_from_this()] { self->fail(cancellation()); }))
    fail(cancellation());
}

bool wire_call::is_over() {
  const std::lock_guard lock(mutex_);
  return stopped_ || finished_;
}

void wire_call::fail(error reason) noexcept {
  reason.attempts = attempts_;
  reason.segment = request_.segment;
  try {
    reason.table = request_.table;
    // NOLINTNEXTLINE(bugprone-empty-catch): without its table, but with its reason
  } catch (const std::bad_alloc&) {
  }
  finish(std::move(reason));
}

void wire_call::finish(result<backend_response> outcome) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    finished_ = true;
  }
  on_stop_.reset();
  try {
    over_.watch_.ended(request_, outcome);
    // NOLINTNEXTLINE(bugprone-empty-catch): the log lacks a line; the caller gets the outcome
  } catch (const std::bad_alloc&) {
  }
  std::exchange(done_, nullptr)(std::move(outcome));
}

}  // namespace dynamo::wire
