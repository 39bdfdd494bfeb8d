// Decides which consumer gets which events, without I/O or threads.
#pragma once

#include <dynamo/core/error.hpp>
#include <dynamo/stage/actor.hpp>
#include <dynamo/stage/demand.hpp>
#include <dynamo/stage/event_buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::stage::detail {

/// Identifies a subscription, within the operating system process.
using link_id = std::uint64_t;

/// Events for one consumer.
template <class T>
struct parcel {
  link_id to;
  chunk<T> events;
};

/// A subscription's request for events.
template <class T>
struct link_request {
  link_id id;
  const void* consumer = nullptr;            ///< the subscriber
  std::optional<std::size_t> partition{};    ///< the partition it requests
  std::function<bool(const T&)> selector{};  ///< selects events; empty: all
};

/// Holds the demand of the consumers of one stage, and the events without demand so far. Functions
/// that may free events append them to `out`, in the order they must be delivered. If a user's
/// function throws, all events stay where they were; a later failure, for lack of memory, is
/// `beyond_repair`. Not thread-safe.
template <class T>
class dispatcher {
 public:
  using parcels = std::vector<parcel<T>>;

  virtual ~dispatcher() = default;
  /// Adds a consumer without demand. Throws errc::invalid_argument if it cannot be served.
  virtual void subscribe(const link_request<T>& link) = 0;
  /// Removes a consumer that has cancelled.
  virtual void cancel(link_id link, parcels& out) = 0;
  /// Removes a consumer that was never started, so that all is as before `subscribe`.
  virtual void withdraw(link_id link, parcels& out) { cancel(link, out); }
  virtual void ask(link_id link, std::size_t count, parcels& out) = 0;
  /// Takes produced events. Throws before it takes any if one of them cannot be placed.
  virtual void offer(chunk<T>& events, parcels& out) = 0;
  /// Delivers what an earlier call left because it threw.
  virtual void deliver_again(parcels&) {}
  /// Returns the number of events to produce now: those asked for that are neither buffered nor
  /// being produced.
  [[nodiscard]] virtual std::size_t wanted() const = 0;
  /// Returns the number of events that wait for demand.
  [[nodiscard]] virtual std::size_t waiting() const = 0;
  /// Returns the number of events that did not fit into the buffer, or whose consumer has
  /// cancelled.
  [[nodiscard]] virtual std::uint64_t discarded() const = 0;
};

/// Sends each event to one consumer: the one with the largest demand, and among equals the one that
/// has waited longest.
template <class T>
class demand_dispatcher final : public dispatcher<T> {
 public:
  using typename dispatcher<T>::parcels;
  explicit demand_dispatcher(event_buffer<T> buffer) : buffer_(std::move(buffer)) {}

  void subscribe(const link_request<T>& link) override { consumers_.push_back({link.id, 0}); }

  // Its demand is not produced any more, or is served to others.
  void cancel(link_id link, parcels&) override {
    std::erase_if(consumers_, [&](const consumer& each) { return each.id == link; });
  }

  void ask(link_id link, std::size_t count, parcels& out) override {
    const auto at = find(link);
    if (at == consumers_.end() || count == 0) return;
    consumer asking = *at;
    consumers_.erase(at);
    asking.demand = sum_of_demands(asking.demand, count);
    insert(asking);
    irrevocably([&] {
      while (!buffer_.empty() && largest() != 0) {
        chunk<T> served = buffer_.take(largest());
        deliver(std::move(served), out);
      }
    });
  }

  void offer(chunk<T>& events, parcels& out) override {
    if (!events.empty()) irrevocably([&] { take(events, out); });
  }
  [[nodiscard]] std::size_t wanted() const override {
    std::size_t sum = 0;
    for (const consumer& each : consumers_) sum = sum_of_demands(sum, each.demand);
    return sum;
  }
  [[nodiscard]] std::size_t waiting() const override { return buffer_.size(); }
  [[nodiscard]] std::uint64_t discarded() const override { return buffer_.discarded(); }

 private:
  struct consumer {
    link_id id;
    std::size_t demand;
  };

  void take(chunk<T>& events, parcels& out) {
    if (buffer_.empty() && events.size() <= largest()) {
      deliver(std::move(events), out);
      events.clear();
      return;
    }
    std::span<T> rest = events.events();
    while (buffer_.empty() && !rest.empty() && largest() != 0) {
      const std::size_t count = std::min(rest.size(), largest());
      chunk<T> part;
      for (T& each : rest.first(count)) part.push(std::move(each));
      rest = rest.subspan(count);
      deliver(std::move(part), out);
    }
    buffer_.push(rest);
    events.clear();
  }
  auto find(link_id link) {
    return std::find_if(consumers_.begin(), consumers_.end(),
                        [&](const consumer& each) { return each.id == link; });
  }
  [[nodiscard]] std::size_t largest() const {
    return consumers_.empty() ? 0 : consumers_.front().demand;
  }
  // After those with the same demand: they have waited longer.
  void insert(consumer added) {
    const auto at = std::find_if(consumers_.begin(), consumers_.end(),
                                 [&](const consumer& each) { return each.demand < added.demand; });
    consumers_.insert(at, added);
  }
  // Delivers to the first consumer, whose demand is at least as large.
  void deliver(chunk<T> events, parcels& out) {
    consumer first = consumers_.front();
    first.demand -= events.size();
    out.push_back({first.id, std::move(events)});
    if (consumers_.size() == 1) {
      consumers_.front() = first;
      return;
    }
    consumers_.erase(consumers_.begin());
    insert(first);
  }

  std::vector<consumer> consumers_;  // by demand, largest first
  event_buffer<T> buffer_;
};

/// Sends every event to every consumer that selects it, as many as the smallest demand allows. An
/// event that a selector drops does not use up its consumer's demand.
template <class T>
class broadcast_dispatcher final : public dispatcher<T> {
  static_assert(std::is_copy_constructible_v<T>);

 public:
  using typename dispatcher<T>::parcels;
  explicit broadcast_dispatcher(event_buffer<T> buffer) : buffer_(std::move(buffer)) {}

  void subscribe(const link_request<T>& link) override {
    for (const consumer& each : consumers_) {
      if (each.who != link.consumer || link.consumer == nullptr) continue;
      throw exception({.kind = errc::invalid_argument,
                       .message = "the consumer is subscribed to this broadcast already"});
    }
    consumers_.push_back({link.id, link.consumer, 0, link.selector});
  }
  void cancel(link_id link, parcels& out) override {
    std::erase_if(consumers_, [&](const consumer& each) { return each.id == link; });
    drain({}, out);
  }
  void ask(link_id link, std::size_t count, parcels& out) override {
    for (consumer& each : consumers_) {
      if (each.id == link) each.demand = sum_of_demands(each.demand, count);
    }
    drain({}, out);
  }
  void offer(chunk<T>& events, parcels& out) override {
    const std::size_t waited = buffer_.size();
    const std::size_t taken = drain(events.events(), out);
    const std::size_t taken_of_these = taken - std::min(taken, waited);
    irrevocably([&] { buffer_.push(events.events().subspan(taken_of_these)); });
    events.clear();
  }
  void deliver_again(parcels& out) override { drain({}, out); }
  [[nodiscard]] std::size_t wanted() const override {
    if (consumers_.empty()) return 0;
    std::size_t least = consumers_.front().demand;
    for (const consumer& each : consumers_) least = std::min(least, each.demand);
    return least;
  }
  [[nodiscard]] std::size_t waiting() const override { return buffer_.size(); }
  [[nodiscard]] std::uint64_t discarded() const override { return buffer_.discarded(); }

 private:
  struct consumer {
    link_id id;
    const void* who;
    std::size_t demand;
    std::function<bool(const T&)> selector;
  };

  // Copies those of the waiting events and the new ones after them that all consumers have asked
  // for. Returns their number; the new ones among them still belong to the caller. Takes nothing
  // before all selectors have returned: they may throw, and so may the copies.
  std::size_t drain(std::span<const T> fresh, parcels& out) {
    const std::size_t there = buffer_.size() + fresh.size();
    if (there == 0 || wanted() == 0) return 0;
    std::vector<chunk<T>> shares(consumers_.size());
    std::size_t taken = 0;
    for (;;) {
      std::size_t count = there - taken;
      for (std::size_t i = 0; i < shares.size(); ++i) {
        count = std::min(count, consumers_[i].demand - shares[i].size());
      }
      if (count == 0) break;
      for (const std::size_t end = taken + count; taken != end; ++taken) {
        share_out(taken < buffer_.size() ? buffer_[taken] : fresh[taken - buffer_.size()], shares);
      }
    }
    out.reserve(out.size() + shares.size());
    for (std::size_t i = 0; i < shares.size(); ++i) {
      consumers_[i].demand -= shares[i].size();
      if (!shares[i].empty()) out.push_back({consumers_[i].id, std::move(shares[i])});
    }
    buffer_.drop(std::min(taken, buffer_.size()));
    return taken;
  }
  void share_out(const T& event, std::vector<chunk<T>>& shares) const {
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const auto& selector = consumers_[i].selector;
      if (!selector || selector(event)) shares[i].push(event);
    }
  }

  std::vector<consumer> consumers_;
  event_buffer<T> buffer_;
};

/// Sends each event to the consumer of its partition. Events of a partition whose consumer has not
/// asked, or has not subscribed yet, wait. Together they never exceed the largest demand, since
/// they count as produced already. Events of a partition whose consumer has cancelled are discarded
/// until another consumer subscribes: if they waited, they would use up the demand of the others.
template <class T>
class partition_dispatcher final : public dispatcher<T> {
 public:
  using typename dispatcher<T>::parcels;
  /// Returns the partition of an event; nothing: the event goes to no consumer.
  using hash = std::function<std::optional<std::size_t>(const T&)>;

  partition_dispatcher(std::size_t count, hash of, const event_buffer<T>& buffer)
      : partition_of_(std::move(of)) {
    if (count == 0 || !partition_of_) {
      throw exception({.kind = errc::invalid_argument,
                       .message = "a partition dispatcher needs 1 partition or more, and a hash"});
    }
    for (std::size_t i = 0; i < count; ++i) partitions_.emplace_back(buffer.another());
  }

  void subscribe(const link_request<T>& link) override {
    if (!link.partition || *link.partition >= partitions_.size()) {
      throw exception({.kind = errc::invalid_argument,
                       .message = "the subscription must name a partition below " +
                                  std::to_string(partitions_.size())});
    }
    part& wanted = partitions_[*link.partition];
    if (wanted.owner) {
      throw exception(
          {.kind = errc::invalid_argument,
           .message = "partition " + std::to_string(*link.partition) + " has a consumer already"});
    }
    wanted.owner = link.id;
    wanted.demand = 0;
  }
  void cancel(link_id link, parcels&) override {
    if (part* const left = release(link)) left->abandon();
  }
  void withdraw(link_id link, parcels&) override { (void)release(link); }
  void ask(link_id link, std::size_t count, parcels& out) override {
    for (part& each : partitions_) {
      if (each.owner == link) {
        each.demand = sum_of_demands(each.demand, count);
        irrevocably([&] { drain(each, out); });
      }
    }
  }
  void offer(chunk<T>& events, parcels& out) override {
    routes_.clear();
    for (const T& each : events.events()) {
      const std::optional<std::size_t> to = partition_of_(each);
      if (to && *to >= partitions_.size()) {
        throw exception({.kind = errc::invalid_argument,
                         .message = "the hash returned partition " + std::to_string(*to) + " of " +
                                    std::to_string(partitions_.size())});
      }
      routes_.push_back(to);
    }
    irrevocably([&] { take(events, out); });
  }
  // An event without a partition leaves the demand as it is: another is produced in its place.
  [[nodiscard]] std::size_t wanted() const override {
    std::size_t most = 0;
    for (const part& each : partitions_) most = std::max(most, each.demand);
    return most - std::min(most, waiting());
  }
  [[nodiscard]] std::size_t waiting() const override {
    std::size_t sum = 0;
    for (const part& each : partitions_) sum += each.queue.size();
    return sum;
  }
  [[nodiscard]] std::uint64_t discarded() const override {
    std::uint64_t sum = 0;
    for (const part& each : partitions_) sum += each.queue.discarded() + each.discarded;
    return sum;
  }

 private:
  struct part {
    explicit part(event_buffer<T> empty) : queue(std::move(empty)) {}
    part(part&&) = default;  // events may be impossible to copy
    void push(T& event) {
      if (abandoned && !owner) {
        ++discarded;
      } else {
        queue.push({&event, 1});
      }
    }
    void abandon() noexcept {
      abandoned = true;
      discarded += queue.size();
      queue.drop(queue.size());
    }
    std::optional<link_id> owner;
    std::size_t demand = 0;
    event_buffer<T> queue;
    bool abandoned = false;       // its consumer has cancelled
    std::uint64_t discarded = 0;  // since the consumer cancelled
  };

  // Removes the subscription's consumer from its partition and returns the partition; null if there
  // is none.
  part* release(link_id link) noexcept {
    for (part& each : partitions_) {
      if (each.owner != link) continue;
      each.owner.reset();
      each.demand = 0;
      return &each;
    }
    return nullptr;
  }

  void take(chunk<T>& events, parcels& out) {
    std::size_t i = 0;
    for (T& each : events.events()) {
      const std::optional<std::size_t> to = routes_[i++];
      if (to) partitions_[*to].push(each);
    }
    events.clear();
    for (part& each : partitions_) drain(each, out);
  }
  static void drain(part& of, parcels& out) {
    const std::size_t count = std::min(of.demand, of.queue.size());
    if (count == 0) return;
    of.demand -= count;
    out.push_back({*of.owner, of.queue.take(count)});
  }

  hash partition_of_;
  std::vector<part> partitions_;
  std::vector<std::optional<std::size_t>> routes_;
};

}  // namespace dynamo::stage::detail
