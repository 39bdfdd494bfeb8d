#include <dynamo/core/error.hpp>
#include <dynamo/flow/stage_threads.hpp>
#include <dynamo/flow/step.hpp>

#include <algorithm>

namespace dynamo::flow::detail {

stage_threads::~stage_threads() {
  // A stop callback that runs on another thread is waited for here, before the objects that it uses
  // are destroyed.
  obeyed_.clear();
  abandon();
  threads_.clear();
}

void stage_threads::obey(std::stop_token stop) {
  if (!stop.stop_possible()) return;
  // The flows that a merge joins often share one.
  if (std::ranges::find(stops_, stop) == stops_.end()) stops_.push_back(std::move(stop));
}

void stage_threads::start() {
  unfinished_ = stages_.size();
  // Created beforehand: a stop callback must not throw.
  const auto cancelled = std::make_exception_ptr(
      exception({.kind = errc::cancelled, .message = "the flow was cancelled"}));
  for (const std::stop_token& stop : stops_) {
    obeyed_.push_back(std::make_unique<stop_callback>(stop, [this, cancelled] { end(cancelled); }));
  }
  try {
    threads_.reserve(stages_.size());
    for (std::unique_ptr<stage>& each : stages_) {
      if (ending()) break;
      threads_.emplace_back([this, one = std::move(each)]() mutable { run(std::move(one)); });
    }
  } catch (...) {
    end(std::current_exception());
  }
  // Stages that were not started hold channels that others wait for.
  stages_.clear();
}

void stage_threads::run(std::unique_ptr<stage> one) noexcept {
  try {
    one->run(*this);
    // Destroys its ends of the channels, so that the stages it fed may finish.
    one.reset();
    const std::lock_guard lock(mutex_);
    --unfinished_;
  } catch (const flow_ended&) {
    abandon();  // the first end of the flow has stored the reason
  } catch (...) {
    end(std::current_exception());
  }
}

void stage_threads::end(std::exception_ptr failure) noexcept {
  {
    const std::lock_guard lock(mutex_);
    // After the end of the last stage the flow is complete, whatever happens later.
    if (unfinished_ == 0 || ending_.exchange(true)) return;
    failure_ = std::move(failure);
  }
  for (const auto& wake : wakes_) wake();
}

void stage_threads::join() {
  threads_.clear();
  obeyed_.clear();
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace dynamo::flow::detail
