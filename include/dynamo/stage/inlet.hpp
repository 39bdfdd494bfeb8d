// The consuming side of a stage: its subscriptions, and the events that it has received.
#pragma once

#include <dynamo/stage/actor.hpp>
#include <dynamo/stage/demand.hpp>
#include <dynamo/stage/handle.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace dynamo::stage::detail {

/// Holds events in the order they arrived, each producer's end after its events. A batch is held
/// until it is handled, whatever happens to the user's object. All functions except those of the
/// ports are for turns only.
template <class In>
class inlet final : public inlet_port<In> {
 public:
  /// `isolate_after`: number of crashes after which the held events are delivered one by one;
  /// unset: never. `received` counts the events that were sent here.
  inlet(actor& owner, std::optional<std::size_t> isolate_after,
        std::atomic<std::uint64_t>& received)
      : owner_(owner), isolate_after_(isolate_after), received_(received) {}

  /// Before the first turn. Throws errc::invalid_argument for invalid demands.
  void add(link_id id, std::weak_ptr<outlet_port<In>> producer,
           const subscription_options<In>& how) {
    links_.push_back({id, std::move(producer),
                      subscription_demand(how.max_demand,
                                          how.min_demand.value_or(how.max_demand / 2), how.demand),
                      how.cancel});
    if (how.cancel == stage::cancel::permanent) ++permanent_;
    ends_ = ends_ || how.cancel == stage::cancel::permanent;
  }

  // Counted where it is sent: a stage that has ended may never read it.
  void receive(link_id link, chunk<In> events) noexcept override {
    received_ += events.size();
    owner_.tell([this, link, came = std::move(events)]() mutable {
      const std::size_t count = came.size();
      if (find(link) == links_.end()) {
        refused_ += count;
        return;
      }
      arrived_.push_back({link, std::move(came), nullptr});
      waiting_ += count;
    });
  }
  void upstream_ended(link_id link, std::shared_ptr<const ending> how) noexcept override {
    owner_.tell([this, link, end = std::move(how)]() mutable {
      if (find(link) != links_.end()) arrived_.push_back({link, {}, std::move(end)});
    });
  }
  void lose_upstream() noexcept override { owner_.lose(); }

  /// Asks for the first time; later calls do nothing.
  void begin() {
    if (std::exchange(begun_, true)) return;
    for (line& each : links_) send(each, each.demand.first_ask());
  }
  /// Asks for more in manual subscriptions.
  void ask(std::size_t count) {
    for (line& each : links_) send(each, each.demand.ask(count));
  }

  /// Handles the ends of producers without events before them. Returns the failure that ends this
  /// stage too, if there is one.
  std::shared_ptr<const ending> settle() {
    while (!arrived_.empty() && arrived_.front().end) {
      const arrival gone = std::move(arrived_.front());
      arrived_.pop_front();
      const auto at = find(gone.from);
      if (at == links_.end()) continue;
      const stage::cancel how = at->how;
      links_.erase(at);
      if (how == stage::cancel::permanent) --permanent_;
      if (how != stage::cancel::temporary && gone.end->how != ending::kind::complete) {
        return gone.end;
      }
      if (ends_ && permanent_ == 0) leave();
    }
    return nullptr;
  }
  /// Returns true if the last producer that matters has ended, and its events are handled.
  [[nodiscard]] bool is_complete() const { return ends_ && permanent_ == 0 && arrived_.empty(); }
  /// Returns the number of events that arrived and are not handled.
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
  [[nodiscard]] bool has_events() const { return !arrived_.empty() && !arrived_.front().end; }

  /// Returns the batch to deliver now, at most `room` events: the same batch again after a crash.
  /// Requires `has_events`.
  [[nodiscard]] std::span<In> batch(std::size_t room) {
    arrival& front = arrived_.front();
    const std::size_t left = front.events.size() - position_;
    std::size_t count = 0;
    if (retry_ != 0) {
      count = isolate_after_ && crashes_ >= *isolate_after_ ? 1 : retry_;
    } else {
      const auto from = find(front.from);
      const std::size_t limit = from == links_.end() ? left : from->demand.batch_limit();
      count = std::min({left, limit, room});
    }
    return front.events.events().subspan(position_, count);
  }
  /// Returns whether events of the next batch were delivered before.
  [[nodiscard]] bool is_redelivery() const noexcept { return retry_ != 0; }
  /// Returns the number of crashes with the events of the batch.
  [[nodiscard]] std::size_t crashes() const noexcept { return crashes_; }

  void crashed(std::size_t count) {
    if (retry_ == 0) retry_ = count;
    ++crashes_;
  }
  /// Records that the first `count` held events were handled, and asks for more when due.
  /// `culprits`: they caused the crashes, so that the events after them are not suspected any more.
  void handled(std::size_t count, bool culprits = false) {
    arrival& front = arrived_.front();
    position_ += count;
    waiting_ -= count;
    if (retry_ != 0) {
      retry_ -= std::min(retry_, count);
      crashes_ = retry_ == 0 || culprits || !isolate_after_ ? 0 : *isolate_after_;
    }
    const auto from = find(front.from);
    if (position_ == front.events.size()) {
      front.events.release();
      arrived_.pop_front();
      position_ = 0;
    }
    if (from != links_.end()) send(*from, from->demand.handled(count));
  }

  /// Cancels all subscriptions. Returns the number of dropped events.
  std::size_t abandon() noexcept {
    leave();
    arrived_.clear();
    position_ = retry_ = crashes_ = 0;
    return std::exchange(waiting_, 0);
  }
  /// Returns the number of events since the last call that arrived after the end of their
  /// subscription.
  [[nodiscard]] std::size_t take_refused() noexcept { return std::exchange(refused_, 0); }

 private:
  struct line {
    link_id id;
    std::weak_ptr<outlet_port<In>> producer;
    subscription_demand demand;
    stage::cancel how;
  };
  struct arrival {
    link_id from;
    chunk<In> events;
    std::shared_ptr<const ending> end;  // instead of events
  };

  auto find(link_id id) {
    return std::find_if(links_.begin(), links_.end(),
                        [&](const line& each) { return each.id == id; });
  }
  void send(line& over, std::size_t count) noexcept {
    if (count == 0) return;
    if (const auto producer = over.producer.lock()) {
      producer->ask(over.id, count);
    }
  }
  void leave() noexcept {
    for (line& each : links_) {
      if (const auto producer = each.producer.lock()) producer->cancel(each.id);
    }
    links_.clear();
    permanent_ = 0;
  }

  actor& owner_;
  const std::optional<std::size_t> isolate_after_;
  std::atomic<std::uint64_t>& received_;
  std::vector<line> links_;
  std::size_t permanent_ = 0;  // number of such links
  bool ends_ = false;          // there was one
  bool begun_ = false;
  std::deque<arrival> arrived_;
  std::size_t waiting_ = 0;   // events in arrivals, without those that were handled
  std::size_t refused_ = 0;   // events of no subscription, not counted yet
  std::size_t position_ = 0;  // handled in the first arrival
  std::size_t retry_ = 0;     // events to deliver again
  std::size_t crashes_ = 0;   // with these
};

/// For a producer: does nothing.
template <>
class inlet<none> {
 public:
  void begin() {}
  void ask(std::size_t) {}
  std::size_t abandon() noexcept { return 0; }
  [[nodiscard]] std::size_t take_refused() noexcept { return 0; }
  [[nodiscard]] std::size_t waiting() const noexcept { return 0; }
};

}  // namespace dynamo::stage::detail
