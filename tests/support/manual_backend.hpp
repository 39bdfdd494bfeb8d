// A backend that answers when, and what, a test says.
#pragma once

#include <dynamo/model/backend.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::test {

/// Body of a page with an item {"id":{"S":"..."}} for each of `ids`; `last_key` is JSON or empty.
inline std::string id_page(const std::vector<std::string>& ids, std::string_view last_key = {}) {
  std::string items;
  for (const std::string& id : ids) {
    items += (items.empty() ? "" : ",") + ("{\"id\":{\"S\":\"" + id + "\"}}");
  }
  const std::string count = std::to_string(ids.size());
  return "{\"Count\":" + count + ",\"Items\":[" + items + "]," +
         (last_key.empty() ? std::string()
                           : "\"LastEvaluatedKey\":" + std::string(last_key) + ",") +
         "\"ScannedCount\":" + count + "}";
}

inline error failure_of(errc kind, std::string message = "it failed as it was told") {
  error failure;
  failure.kind = kind;
  failure.message = std::move(message);
  return failure;
}

/// Keeps requests until the test answers them, on the test's thread; or answers each within
/// `submit`. A request's stop is obeyed only when the test says so. Thread-safe.
class manual_backend final : public backend {
 public:
  using request_handler = std::function<result<std::string>(const backend_request&)>;

  manual_backend() = default;
  /// Answers each request at once, within `submit`.
  explicit manual_backend(request_handler at_once) : at_once_(std::move(at_once)) {}
  manual_backend(const manual_backend&) = delete;
  manual_backend& operator=(const manual_backend&) = delete;
  ~manual_backend() override {
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (auto done = take(i)) done(failure_of(errc::cancelled, "the backend ended"));
    }
  }

  void submit(backend_request request, backend_completion done) override {
    std::optional<result<std::string>> answer;
    if (at_once_) answer = at_once_(request);
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back({std::move(request), answer ? nullptr : std::move(done)});
    }
    changed_.notify_all();
    if (answer) complete(done, *std::move(answer));
  }

  /// Requests so far.
  [[nodiscard]] std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return calls_.size();
  }
  /// A request by the order of submission, from 0.
  [[nodiscard]] backend_request request(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    return calls_.at(index).request;
  }
  [[nodiscard]] std::vector<std::string> bodies() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const call& each : calls_) all.push_back(each.request.body);
    return all;
  }
  /// Requests without an answer, oldest first.
  [[nodiscard]] std::vector<std::size_t> open() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (calls_[i].done) indices.push_back(i);
    }
    return indices;
  }
  /// Blocks until there were at least `requests`.
  void wait_for(std::size_t requests) const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return calls_.size() >= requests; });
  }

  /// Answers a request that is open.
  void answer(std::size_t index, result<std::string> body) {
    auto done = take(index);
    if (!done) throw std::logic_error("this request was answered before");
    complete(done, std::move(body));
  }
  /// Ends the open requests whose stop was requested; returns how many.
  std::size_t obey_stops() {
    std::size_t ended = 0;
    for (const std::size_t index : open()) {
      if (!request(index).stop.stop_requested()) continue;
      ++ended;
      answer(index, failure_of(errc::cancelled, "the request was cancelled"));
    }
    return ended;
  }

 private:
  struct call {
    backend_request request;
    backend_completion done;  // null when it was answered
  };

  static void complete(const backend_completion& done, result<std::string> body) {
    if (!body) return done(std::move(body).error());
    done(backend_response{.body = body_buffer(std::string_view(*body)), .request_id = "RID"});
  }
  backend_completion take(std::size_t index) {
    const std::lock_guard lock(mutex_);
    return std::exchange(calls_.at(index).done, nullptr);
  }

  const request_handler at_once_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::deque<call> calls_;
};

}  // namespace dynamo::test
