#include <dynamo/stage/cell.hpp>

namespace dynamo::stage {

std::string_view to_string(child_state state) noexcept {
  switch (state) {
    case child_state::running:
      return "running";
    case child_state::restarting:
      return "restarting";
    case child_state::draining:
      return "draining";
    case child_state::complete:
      return "complete";
    case child_state::failed:
      return "failed";
    case child_state::stopped:
      return "stopped";
  }
  return "unknown";
}

}  // namespace dynamo::stage

namespace dynamo::stage::detail {

error describe(const std::exception_ptr& thrown) noexcept {
  try {
    std::rethrow_exception(thrown);
  } catch (...) {
    return dynamo::detail::caught_error();
  }
}

cell::cell(worker_pool& pool, std::string name) : actor(pool), name_(std::move(name)) {
  shown_.name = name_;
}

void cell::report_to(std::weak_ptr<overseer> whom, std::size_t index) noexcept {
  const std::lock_guard lock(shown_mutex_);
  overseer_ = std::move(whom);
  index_ = index;
  adopted_ = true;
}

std::shared_ptr<overseer> cell::overseen_by() const noexcept {
  const std::lock_guard lock(shown_mutex_);
  return overseer_.lock();
}

// In a turn: a producer that has ended may have notified this stage already.
void cell::be_watched(const std::shared_ptr<metrics_recorder>& metrics,
                      std::shared_ptr<logger> log) {
  if (!metrics && !log) return;
  tell([this, metrics, log = std::move(log)]() mutable {
    const metric_labels labels{.stage = name_};
    measured_ = metrics != nullptr;
    queue_length_ = meter(metrics, metric::stage_queue_length, labels);
    events_ = meter(metrics, metric::stage_events, labels);
    crashes_ = meter(metrics, metric::stage_crashes, labels);
    restarts_ = meter(metrics, metric::stage_restarts, labels);
    log_ = std::move(log);
  });
}

void cell::tell_of(log_event event, const error* reason) const {
  if (!wanted(log_, event)) return;
  log_record record{.event = event};
  if (reason != nullptr) {
    record.table = reason->table;
    record.segment = reason->segment;
    record.request_id = reason->request_id;
    record.cause = to_string(reason->kind);
  }
  record.detail = "stage '" + name_ + "'";
  if (reason != nullptr) record.detail += ": " + reason->message;
  log_->write(std::move(record));
}

void cell::show_queue() {
  if (!measured_) return;
  const std::size_t now = waiting();
  if (now == queue_) return;
  queue_length_.add(static_cast<double>(now) - static_cast<double>(queue_));
  queue_ = now;
}

void cell::launch(std::uint64_t number) noexcept {
  tell([this, number] {
    if (phase_ == phase::waiting) {
      life_ = number;
      if (guarded([&] { make(); })) {
        phase_ = phase::running;
        show(child_state::running);
        on_running();
      }
    }
    life_ = number;
    if (phase_ == phase::draining && std::exchange(stuck_, false)) {
      show(child_state::draining);
      deliver_again();
    }
    acknowledge(number);
  });
}

void cell::halt(std::uint64_t number) noexcept {
  tell([this, number] {
    if (phase_ == phase::running) {
      destroy();
      phase_ = phase::waiting;
    }
    if (phase_ == phase::waiting || stuck_) {
      {
        const std::lock_guard lock(shown_mutex_);
        ++shown_.restarts;
        shown_.state = child_state::restarting;
      }
      restarts_.add();
      tell_of(log_event::stage_restarted, nullptr);
    }
    acknowledge(number);
  });
}

void cell::end(std::uint64_t number, ending how) noexcept {
  tell([this, number, how = std::move(how)]() mutable {
    if (phase_ != phase::ended) {
      if (how.how == ending::kind::stopped) {
        if (phase_ == phase::running) told_to_stop(how.reason);
        destroy();
        leave_producers();
        ending_ = std::move(how);
        conclude();
      } else if (stuck_) {
        ending_ = std::move(how);
        conclude();
      } else if (phase_ != phase::draining) {
        finish(std::move(how));
      }
    }
    acknowledge(number);
  });
}

child_info cell::info() const {
  child_info copy;
  {
    const std::lock_guard lock(shown_mutex_);
    copy = shown_;
  }
  copy.handled = counts_.handled;
  copy.redelivered = counts_.redelivered;
  copy.dropped = counts_.dropped;
  copy.dead_letters = counts_.dead_letters;
  copy.discarded = counts_.discarded;
  // Some of the events that are sent to a stage that has ended may never be read.
  if (over_) copy.dropped = counts_.received - copy.handled - copy.dead_letters;
  return copy;
}

void cell::show(child_state state) {
  const std::lock_guard lock(shown_mutex_);
  shown_.state = state;
}

void cell::acknowledge(std::uint64_t number) noexcept {
  if (const auto whom = overseen_by()) whom->acknowledged(index_, number);
}

void cell::crash(const std::exception_ptr& thrown) {
  crash({.how = ending::kind::failed, .reason = describe(thrown), .cause = thrown}, true);
}

void cell::crash(ending how, bool counts) {
  if (phase_ == phase::ended) return;
  if (phase_ != phase::draining) {
    destroy();
    phase_ = phase::waiting;
    report_crash(std::move(how), counts);
  } else if (stuck_) {
    // The supervisor already decides.
  } else if (ending_.how == ending::kind::complete) {
    // There is no object any more, but there are events: a restart tries to deliver them again.
    stuck_ = true;
    report_crash(std::move(how), counts);
  } else {
    // It has failed already, and the waiting events cannot be delivered.
    tell_of(log_event::stage_crashed, &how.reason);
    conclude();
  }
}

void cell::report_crash(ending how, bool counts) {
  {
    const std::lock_guard lock(shown_mutex_);
    ++shown_.crashes;
    shown_.state = child_state::restarting;
    shown_.reason = how.reason;
  }
  crashes_.add();
  tell_of(log_event::stage_crashed, &how.reason);
  if (const auto whom = overseen_by()) {
    whom->child_crashed(index_, life_, std::move(how), counts);
  }
}

void cell::start_again() {
  destroy();
  phase_ = phase::waiting;
  show(child_state::restarting);
  if (const auto whom = overseen_by()) whom->child_completed(index_, life_);
}

void cell::finish(ending how) {
  destroy();
  leave_producers();
  ending_ = std::move(how);
  if (has_drained()) {
    conclude();
    return;
  }
  phase_ = phase::draining;
  show(child_state::draining);
  deliver_again();
}

// Allocates nothing that it can do without: lack of memory ends stages too.
void cell::conclude() noexcept {
  phase_ = phase::ended;
  stuck_ = false;
  try {
    if (ending_.who.empty()) ending_.who = name_;
  } catch (const std::bad_alloc&) {
    ending_.who = "a stage";
  }
  tell_consumers(ending_);
  release();
  std::optional<error> reason;
  if (ending_.how != ending::kind::complete) {
    try {
      reason = ending_.reason;
    } catch (const std::bad_alloc&) {
      reason = dynamo::detail::caught_error();
    }
  }
  {
    const std::lock_guard lock(shown_mutex_);
    shown_.state = ending_.how == ending::kind::complete ? child_state::complete
                   : ending_.how == ending::kind::failed ? child_state::failed
                                                         : child_state::stopped;
    if (reason) shown_.reason = std::move(reason);
  }
  over_ = true;
  if (const auto whom = overseen_by()) whom->child_ended(index_, ending_);
}

void cell::perish(error why) noexcept {
  if (phase_ == phase::ended) return;
  {
    const std::lock_guard lock(shown_mutex_);
    if (!adopted_) {
      // Its supervisor would ignore the report now: it is sent in the turn of the launch.
      doom_ = std::move(why);
      return;
    }
  }
  destroy();
  leave_producers();
  ending_ = {ending::kind::failed, std::move(why)};
  conclude();
  show_queue();
}

bool cell::turn() {
  if (doom_) perish(*std::exchange(doom_, std::nullopt));
  bool more = false;
  if (phase_ == phase::running) {
    more = work();
  } else if (phase_ == phase::draining && has_drained()) {
    conclude();
  }
  show_queue();
  return more;
}

}  // namespace dynamo::stage::detail
