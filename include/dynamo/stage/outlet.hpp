// The producing side of a stage: its consumers, and the events without demand so far.
#pragma once

#include <dynamo/stage/cell.hpp>
#include <dynamo/stage/dispatcher.hpp>
#include <dynamo/stage/handle.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo::stage::detail {

/// Decides which subscriptions a dispatcher can accept, at the call that subscribes. Thread-safe.
class claims {
 public:
  enum class kind : unsigned char { any, once_each, partitions };
  claims(kind of, std::size_t partitions) : kind_(of), partitions_(partitions) {}

  /// Throws errc::invalid_argument.
  void take(link_id link, const void* consumer, std::optional<std::size_t> partition);
  void release(link_id link) noexcept;

 private:
  struct claim {
    link_id link;
    const void* consumer;
    std::optional<std::size_t> partition;
  };
  const kind kind_;
  const std::size_t partitions_;
  std::mutex mutex_;
  std::vector<claim> taken_;
};

/// The consumer in the message that subscribes it. A stage reads no messages after its supervisor
/// has ended: the destructor of an unread message notifies the consumer, which would wait forever.
template <class Out>
class subscriber {
 public:
  subscriber(link_id link, std::weak_ptr<inlet_port<Out>> consumer,
             std::shared_ptr<const ending> unread)
      : link_(link), consumer_(std::move(consumer)), unread_(std::move(unread)) {}
  subscriber(subscriber&&) noexcept = default;
  subscriber& operator=(subscriber&&) = delete;
  ~subscriber() {
    if (const auto one = consumer_.lock()) one->upstream_ended(link_, std::move(unread_));
  }

  /// The message is read.
  [[nodiscard]] std::weak_ptr<inlet_port<Out>> take() noexcept { return std::move(consumer_); }

 private:
  link_id link_;
  std::weak_ptr<inlet_port<Out>> consumer_;
  std::shared_ptr<const ending> unread_;
};

/// All functions except those of the ports are for turns only.
template <class Out>
class outlet final : public outlet_port<Out> {
 public:
  outlet(cell& owner, std::unique_ptr<dispatcher<Out>> to, std::unique_ptr<claims> taken, bool open,
         bool waits)
      : owner_(owner),
        dispatcher_(std::move(to)),
        claims_(std::move(taken)),
        open_(open),
        waits_(waits) {}

  void reserve(const link_request<Out>& link) override {
    claims_->take(link.id, link.consumer, link.partition);
  }
  void subscribe(link_request<Out> link, std::weak_ptr<inlet_port<Out>> consumer) override {
    const link_id id = link.id;
    owner_.try_tell([this, link = std::move(link),
                     from = subscriber<Out>(id, std::move(consumer), gone_)]() mutable {
      add(link, from.take());
    });
  }
  void ask(link_id link, std::size_t count) noexcept override {
    owner_.tell([this, link, count] {
      if (!dispatcher_) return;
      if (open_ && !stalled_) {
        asked_by(link, count);
      } else {
        held_.emplace_back(link, count);
      }
    });
  }
  void cancel(link_id link) noexcept override {
    owner_.tell([this, link] {
      if (!forget(link)) return;
      left_ = true;
      dispatch([&] { dispatcher_->cancel(link, parcels_); });
    });
    // After the message: the next consumer of the place must come after it.
    claims_->release(link);
  }
  void withdraw(link_id link) noexcept override {
    owner_.tell([this, link] {
      if (forget(link)) dispatch([&] { dispatcher_->withdraw(link, parcels_); });
    });
    claims_->release(link);
  }

  void set_open(bool open) {
    open_ = open;
    let_held_through();
  }
  /// Delivers what a throwing user's function left undone, and serves the asks that arrived
  /// meanwhile. Throws again if the function does.
  void deliver_again() {
    if (!stalled_ || !dispatcher_) return;
    try {
      dispatcher_->deliver_again(parcels_);
    } catch (...) {
      send();
      throw;
    }
    send();
    stalled_ = false;
    let_held_through();
  }

  /// Returns the number of events that consumers wait for.
  [[nodiscard]] std::size_t wanted() const { return dispatcher_ ? dispatcher_->wanted() : 0; }
  /// Returns true once after each ask.
  [[nodiscard]] bool was_asked() { return std::exchange(asked_, false); }
  /// Returns true if the last consumer has cancelled, and the stage does not wait for another one.
  [[nodiscard]] bool is_deserted() const noexcept { return left_ && links_.empty() && !waits_; }
  [[nodiscard]] std::size_t waiting() const { return dispatcher_ ? dispatcher_->waiting() : 0; }
  /// Returns the number of events that did not fit, or that had no consumer at the end.
  [[nodiscard]] std::uint64_t discarded() const {
    return lost_ + (dispatcher_ ? dispatcher_->discarded() : 0);
  }

  /// Returns an empty chunk, with reused memory if there is any.
  [[nodiscard]] chunk<Out> fresh() {
    if constexpr (reusable<Out>) return pool_->take();
    return {};
  }
  /// Passes events to the consumers that asked; the others wait. Throws what user code in the
  /// dispatcher throws, before anything was taken.
  void offer(chunk<Out>& events) {
    if (events.empty()) return;
    dispatcher_->offer(events, parcels_);
    send();
  }
  /// Notifies the consumers of the end, after their events.
  void end(const ending& how) noexcept {
    if (ended_) return;
    try {
      *how_it_ends_ = how;
    } catch (...) {  // no memory for the text of the reason
      how_it_ends_->how = how.how;
      how_it_ends_->reason = dynamo::detail::caught_error();
    }
    ended_ = how_it_ends_;
    for (const auto& [link, who] : links_) {
      if (const auto one = who.lock()) one->upstream_ended(link, ended_);
    }
    links_.clear();
    held_.clear();
    for (const parcel<Out>& each : parcels_) lost_ += each.events.size();
    parcels_.clear();
    lost_ += dispatcher_->waiting() + dispatcher_->discarded();
    dispatcher_.reset();
  }

 private:
  static std::shared_ptr<const ending> gone() {
    ending how{ending::kind::stopped};
    how.reason = {.kind = errc::cancelled, .message = "the supervisor was stopped"};
    return std::make_shared<const ending>(std::move(how));
  }

  void add(const link_request<Out>& link, const std::weak_ptr<inlet_port<Out>>& consumer) {
    if (ended_) {
      if (const auto one = consumer.lock()) one->upstream_ended(link.id, ended_);
      return;
    }
    try {
      links_.push_back({link.id, consumer});
    } catch (...) {
      if (const auto one = consumer.lock()) one->lose_upstream();
      throw;
    }
    dispatcher_->subscribe(link);
  }
  // Returns false if the subscription does not exist.
  bool forget(link_id link) {
    if (std::erase_if(links_, [&](const auto& each) { return each.first == link; }) == 0) {
      return false;
    }
    std::erase_if(held_, [&](const auto& each) { return each.first == link; });
    return true;
  }
  void let_held_through() {
    if (!open_ || stalled_ || !dispatcher_) return;
    for (const auto& [link, count] : std::exchange(held_, {})) asked_by(link, count);
  }
  void asked_by(link_id link, std::size_t count) {
    asked_ = true;
    dispatch([&] { dispatcher_->ask(link, count, parcels_); });
  }
  template <class F>
  void dispatch(F call) {
    try {
      call();
    } catch (const beyond_repair&) {
      throw;
    } catch (...) {  // of a selector
      stalled_ = true;
      send();
      // Otherwise the stage already waits for a restart, which tries this again.
      if (owner_.is_running() || owner_.is_draining()) owner_.crash(std::current_exception());
      return;
    }
    send();
  }
  void send() noexcept {
    for (parcel<Out>& each : parcels_) {
      const auto at = std::find_if(links_.begin(), links_.end(),
                                   [&](const auto& link) { return link.first == each.to; });
      const auto who = at == links_.end() ? nullptr : at->second.lock();
      if (who) {
        who->receive(each.to, std::move(each.events));
      } else {
        lost_ += each.events.size();
      }
    }
    parcels_.clear();
  }

  cell& owner_;
  std::unique_ptr<dispatcher<Out>> dispatcher_;  // null when ended
  const std::unique_ptr<claims> claims_;
  std::vector<std::pair<link_id, std::weak_ptr<inlet_port<Out>>>> links_;
  std::vector<std::pair<link_id, std::size_t>> held_;  // asks, while closed
  std::vector<parcel<Out>> parcels_;
  const std::shared_ptr<chunk_pool<Out>> pool_ = std::make_shared<chunk_pool<Out>>();
  // Created beforehand: an end must not fail for lack of memory.
  const std::shared_ptr<ending> how_it_ends_ = std::make_shared<ending>();
  const std::shared_ptr<const ending> gone_ = gone();
  std::shared_ptr<const ending> ended_;
  std::uint64_t lost_ = 0;  // events that the dispatcher does not hold any more
  bool stalled_ = false;    // the dispatcher has events to deliver that it could not
  bool open_;
  const bool waits_;
  bool asked_ = false;
  bool left_ = false;  // a consumer has cancelled
};

/// For a consumer: does nothing.
template <>
class outlet<none> {
 public:
  [[nodiscard]] std::size_t waiting() const { return 0; }
  [[nodiscard]] std::uint64_t discarded() const { return 0; }
  void deliver_again() {}
  void end(const ending&) noexcept {}
  void set_open(bool) {}
};

}  // namespace dynamo::stage::detail
