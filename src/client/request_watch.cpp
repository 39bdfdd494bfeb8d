#include "client/request_watch.hpp"

#include "auth/timestamp.hpp"

#include <string>
#include <utility>

namespace dynamo::wire {
namespace {

log_record record_of(log_event event, const backend_request& of, unsigned attempt) {
  log_record made{.event = event};
  made.table = of.table;
  made.segment = of.segment;
  made.attempt = attempt;
  return made;
}

// Without what a record has a place for.
std::string sentence_of(const error& failure) {
  if (failure.code.empty()) return failure.message;
  return failure.message + " (" + failure.code + ", HTTP " + std::to_string(failure.http_status) +
         ")";
}

std::chrono::milliseconds rounded(std::chrono::nanoseconds time) {
  return std::chrono::round<std::chrono::milliseconds>(time);
}

}  // namespace

void request_watch::count(metric what, metric_labels labels, const backend_request& of,
                          double amount) const {
  if (!metrics_) return;
  labels.table = of.table;
  labels.operation = wire_name(of.op);
  meter(metrics_, what, labels).add(amount);
}

void request_watch::endpoint(std::string_view host, std::string_view region) {
  if (!wants(log_event::endpoint_resolved)) return;
  std::string place(host);
  place.append(", region ").append(region);
  {
    const std::lock_guard lock(mutex_);
    if (place == place_) return;
    place_ = place;
  }
  log_record record{.event = log_event::endpoint_resolved};
  record.detail = std::move(place);
  log_->write(std::move(record));
}

void request_watch::exposed_keys(const std::string& path) {
  if (!wants(log_event::keys_exposed)) return;
  {
    const std::lock_guard lock(mutex_);
    if (path == exposed_) return;
    exposed_ = path;
  }
  log_record record{.event = log_event::keys_exposed};
  record.detail = "other users can read the secret keys in " + path + "; run: chmod 600 " + path;
  log_->write(std::move(record));
}

void request_watch::resolved(const result<credentials>& who) {
  if (!metrics_ && !log_) return;
  if (!who) {
    // Who cancels knows of it; and all requests that waited hear the same.
    if (who.error().kind == errc::cancelled) return;
    {
      const std::lock_guard lock(mutex_);
      if (who.error().message == why_not_) return;
      why_not_ = who.error().message;
    }
    return no_credentials(who.error());
  }
  {
    const std::lock_guard lock(mutex_);
    why_not_.clear();
    std::string now = who->access_key_id + '\n' + who->session_token;
    if (now == who_) return;
    who_ = std::move(now);
  }
  meter(metrics_, metric::credentials_refreshes, {.outcome = "success"}).add();
  if (!wants(log_event::credentials_refreshed)) return;
  log_record record{.event = log_event::credentials_refreshed};
  record.detail = who->provider.empty() ? "a provider without a name" : who->provider;
  record.detail += who->expiration ? ", valid until " + auth::format_timestamp(*who->expiration)
                                   : ", without an end";
  log_->write(std::move(record));
}

void request_watch::renewal_failed(const error& failed) const {
  if (failed.kind != errc::cancelled && (metrics_ || log_)) no_credentials(failed);
}

void request_watch::no_credentials(const error& failed) const {
  meter(metrics_, metric::credentials_refreshes, {.outcome = "failure"}).add();
  if (!wants(log_event::credentials_failed)) return;
  log_record record{.event = log_event::credentials_failed};
  record.cause = to_string(failed.kind);
  record.detail = failed.message;
  log_->write(std::move(record));
}

void request_watch::sent(const backend_request& of, unsigned attempt) const {
  if (!wants(log_event::request_sent)) return;
  log_record record = record_of(log_event::request_sent, of, attempt);
  record.detail = wire_name(of.op);
  log_->write(std::move(record));
}

void request_watch::attempt_ended(const backend_request& of, std::chrono::nanoseconds took) const {
  count(metric::request_attempt_seconds, {}, of, std::chrono::duration<double>(took).count());
}

void request_watch::answered(const backend_request& of, unsigned attempt,
                             std::string_view request_id, std::chrono::nanoseconds took) const {
  if (!wants(log_event::request_answered)) return;
  log_record record = record_of(log_event::request_answered, of, attempt);
  record.request_id = request_id;
  record.delay = rounded(took);
  record.detail = wire_name(of.op);
  log_->write(std::move(record));
}

void request_watch::throttled(const backend_request& of) const {
  count(metric::request_throttles, {}, of);
}

void request_watch::retried(const backend_request& of, unsigned attempt,
                            const failed_attempt& failed, std::chrono::milliseconds delay) const {
  count(metric::request_retries, {.cause = to_string(failed.follow_up)}, of);
  if (!wants(log_event::request_retried)) return;
  log_record record = record_of(log_event::request_retried, of, attempt);
  record.request_id = failed.reason.request_id;
  record.cause = to_string(failed.follow_up);
  record.delay = delay;
  record.detail = sentence_of(failed.reason);
  log_->write(std::move(record));
}

void request_watch::ended(const backend_request& of,
                          const result<backend_response>& outcome) const {
  count(metric::requests, {.outcome = outcome ? "success" : to_string(outcome.error().kind)}, of);
  // Who cancels knows of it.
  if (outcome || outcome.error().kind == errc::cancelled) return;
  if (!wants(log_event::request_failed)) return;
  const error& failure = outcome.error();
  log_record record = record_of(log_event::request_failed, of, failure.attempts);
  record.request_id = failure.request_id;
  record.cause = to_string(failure.kind);
  record.detail = sentence_of(failure);
  log_->write(std::move(record));
}

}  // namespace dynamo::wire
