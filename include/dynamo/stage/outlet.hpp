// The producing side of a stage: its consumers, and the events they have not asked for yet.
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

/// Which subscriptions a dispatcher can take: known at the call that subscribes. Thread-safe.
class claims {
 public:
  enum class kind : unsigned char { any, once_each, partitions };
  claims(kind of, std::size_t partitions) : kind_(of), partitions_(partitions) {}

  /// Throws errc::invalid_argument.
  void take(link_id link, const void* consumer, std::optional<std::size_t> partition);
  void give_back(link_id link);

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

/// Ports apart, for turns only.
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

  void subscribe(link_request<Out> link, std::weak_ptr<inlet_port<Out>> consumer) override {
    claims_->take(link.id, link.consumer, link.partition);
    owner_.tell([this, link = std::move(link), who = std::move(consumer)]() mutable {
      if (ended_) {
        if (const auto one = who.lock()) one->upstream_ended(link.id, ended_);
        return;
      }
      dispatcher_->subscribe(link);
      links_.push_back({link.id, std::move(who)});
    });
  }
  void ask(link_id link, std::size_t count) override {
    owner_.tell([this, link, count] {
      if (!dispatcher_) return;
      if (open_) {
        asked_by(link, count);
      } else {
        held_.emplace_back(link, count);
      }
    });
  }
  void cancel(link_id link) override {
    owner_.tell([this, link] {
      if (std::erase_if(links_, [&](const auto& each) { return each.first == link; }) == 0) return;
      std::erase_if(held_, [&](const auto& each) { return each.first == link; });
      dispatch([&] { dispatcher_->cancel(link, parcels_); });
      deserted_ = links_.empty() && !waits_;
    });
    // Behind the message: who takes the place has to come after it.
    claims_->give_back(link);
  }

  void set_open(bool open) {
    open_ = open;
    if (!open) return;
    for (const auto& [link, count] : std::exchange(held_, {})) asked_by(link, count);
  }

  /// Events that somebody waits for.
  [[nodiscard]] std::size_t wanted() const { return dispatcher_ ? dispatcher_->wanted() : 0; }
  /// True once behind each ask.
  [[nodiscard]] bool was_asked() { return std::exchange(asked_, false); }
  /// All consumers have cancelled, and no other is waited for.
  [[nodiscard]] bool is_deserted() const noexcept { return deserted_; }
  [[nodiscard]] std::size_t waiting() const { return dispatcher_ ? dispatcher_->waiting() : 0; }
  [[nodiscard]] std::uint64_t discarded() const { return dispatcher_->discarded(); }

  /// An empty chunk, with memory if there is some.
  [[nodiscard]] chunk<Out> fresh() {
    if constexpr (reusable<Out>) return pool_->take();
    return {};
  }
  /// Passes events on to those who asked; the others wait. Throws what user code in the dispatcher
  /// throws; of a hash, before anything was taken.
  void offer(chunk<Out>& events) {
    if (events.empty()) return;
    dispatcher_->offer(events, parcels_);
    send();
  }
  /// Tells the consumers, behind their events.
  void end(const ending& how) {
    if (ended_) return;
    ended_ = std::make_shared<const ending>(how);
    for (const auto& [link, who] : links_) {
      if (const auto one = who.lock()) one->upstream_ended(link, ended_);
    }
    links_.clear();
    held_.clear();
    dispatcher_.reset();
  }

 private:
  void asked_by(link_id link, std::size_t count) {
    asked_ = true;
    dispatch([&] { dispatcher_->ask(link, count, parcels_); });
  }
  template <class F>
  void dispatch(F call) {
    try {
      call();
    } catch (...) {  // of a selector
      owner_.crash(std::current_exception());
    }
    send();
  }
  void send() {
    for (parcel<Out>& each : parcels_) {
      const auto at = std::find_if(links_.begin(), links_.end(),
                                   [&](const auto& link) { return link.first == each.to; });
      if (at == links_.end()) continue;
      if (const auto who = at->second.lock()) who->receive(each.to, std::move(each.events));
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
  std::shared_ptr<const ending> ended_;
  bool open_;
  const bool waits_;
  bool asked_ = false;
  bool deserted_ = false;
};

/// Of a consumer: none.
template <>
class outlet<none> {
 public:
  [[nodiscard]] std::size_t waiting() const { return 0; }
  void end(const ending&) {}
  void set_open(bool) {}
};

}  // namespace dynamo::stage::detail
