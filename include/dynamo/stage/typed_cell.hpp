// A running stage with the types of its events: calls the user's functions.
#pragma once

#include <dynamo/stage/cell.hpp>
#include <dynamo/stage/inlet.hpp>
#include <dynamo/stage/options.hpp>
#include <dynamo/stage/outlet.hpp>
#include <dynamo/stage/traits.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo::stage::detail {

/// Events of a producer that may wait for demand, unless its options say otherwise.
inline constexpr std::size_t producer_buffer = 10'000;

template <class In, class Out>
[[nodiscard]] std::unique_ptr<dispatcher<Out>> make_dispatcher(
    const child_options<In, Out>& options) {
  auto limit = options.buffer.size;
  if (!limit && std::is_same_v<In, none>) limit = producer_buffer;
  event_buffer<Out> buffer(limit, options.buffer.keep);
  if (const auto* by = std::get_if<partition_by<Out>>(&options.dispatcher)) {
    return std::make_unique<partition_dispatcher<Out>>(by->partitions, by->hash, buffer);
  }
  if (std::holds_alternative<broadcast>(options.dispatcher)) {
    if constexpr (std::is_copy_constructible_v<Out>) {
      return std::make_unique<broadcast_dispatcher<Out>>(std::move(buffer));
    } else {
      throw exception({.kind = errc::invalid_argument,
                       .message = "a broadcast copies its events, and these cannot be copied"});
    }
  }
  return std::make_unique<demand_dispatcher<Out>>(std::move(buffer));
}

template <class In, class Out>
[[nodiscard]] std::unique_ptr<claims> make_claims(const child_options<In, Out>& options) {
  if (const auto* by = std::get_if<partition_by<Out>>(&options.dispatcher)) {
    return std::make_unique<claims>(claims::kind::partitions, by->partitions);
  }
  return std::make_unique<claims>(std::holds_alternative<broadcast>(options.dispatcher)
                                      ? claims::kind::once_each
                                      : claims::kind::any,
                                  0);
}

template <class F>
class typed_cell final : public cell {
 public:
  using traits = made_by<F>;
  using stage_type = std::invoke_result_t<F&>;
  using in = typename traits::in;
  using out = typename traits::out;
  using options_type = child_options<in, out>;
  struct nothing {};
  using emitted_type = std::conditional_t<traits::produces, emitted<out>, nothing>;

  typed_cell(worker_pool& pool, std::string name, std::shared_ptr<F> factory,
             const options_type& options)
      : cell(pool, std::move(name)),
        factory_(std::move(factory)),
        at_most_once_(options.delivery == guarantee::at_most_once),
        anew_(options.restart == restart::permanent),
        max_deliveries_(options.max_deliveries),
        dead_letter_(options.dead_letter),
        inlet_(make_inlet(options)),
        outlet_(make_outlet(options)) {}

  [[nodiscard]] inlet<in>& consuming() noexcept { return *inlet_; }
  [[nodiscard]] std::weak_ptr<inlet_port<in>> inlet_end() {
    return std::shared_ptr<inlet_port<in>>(shared_from_this(), inlet_.get());
  }
  [[nodiscard]] std::weak_ptr<outlet_port<out>> outlet_end() {
    return std::shared_ptr<outlet_port<out>>(shared_from_this(), outlet_.get());
  }

  // Thread-safe.
  void ask_upstream(std::size_t count) override {
    if constexpr (traits::consumes) {
      tell([this, count] { inlet_->ask(count); });
    }
  }
  void set_open(bool open) override {
    tell([this, open] {
      if (now() != phase::ended) outlet_->set_open(open);
    });
  }

 private:
  void make() override { object_.reset(new stage_type((*factory_)())); }
  void destroy() noexcept override { object_.reset(); }
  void on_running() override {
    again_ = true;
    inlet_->begin();
    if constexpr (requires { object_->on_start(waker()); }) {
      guarded([&] {
        object_->on_start(waker([weak = weak_from_this()] {
          if (const auto self = weak.lock()) {
            // Not a message: the waker's thread has nothing to end if there is no memory for one.
            static_cast<typed_cell&>(*self).woken_ = true;
            self->wake();
          }
        }));
      });
    }
  }
  void leave_producers() noexcept override { counts_.dropped += inlet_->abandon(); }
  bool has_drained() noexcept override { return outlet_->waiting() == 0 || outlet_deserted(); }
  void deliver_again() override {
    guarded([&] { outlet_->deliver_again(); });
  }
  void tell_consumers(const ending& how) noexcept override {
    outlet_->end(how);
    counts_.discarded = outlet_->discarded();
    if constexpr (traits::produces) counts_.discarded += unplaced_.size();
  }
  void told_to_stop(const error& why) override {
    if constexpr (requires { object_->on_cancel(why); }) {
      guarded([&] { object_->on_cancel(why); });
    }
  }
  void release() noexcept override {
    factory_.reset();
    dead_letter_ = nullptr;
    kept_ = decltype(kept_)();
    unplaced_ = decltype(unplaced_)();
  }

  [[nodiscard]] std::size_t waiting() const override {
    return inlet_->waiting() + outlet_->waiting();
  }

  bool work() override {
    counts_.dropped += inlet_->take_refused();
    if (outlet_deserted()) {
      finish({});
      return false;
    }
    deliver_again();
    if (!is_running()) return false;
    if constexpr (traits::consumes) {
      return consume();
    } else {
      return produce();
    }
  }

  [[nodiscard]] bool outlet_deserted() const {
    if constexpr (traits::produces) return outlet_->is_deserted();
    return false;
  }

  bool produce() {
    if (!place()) return false;
    const std::size_t wanted = outlet_->wanted();
    const bool woken = woken_.exchange(false);
    again_ = outlet_->was_asked() || woken || again_;
    if (wanted == 0 || !again_) return false;
    again_ = false;
    emitted<out> given{outlet_->fresh()};
    std::exception_ptr thrown;
    try {
      object_->on_demand(wanted, emit<out>(given));
    } catch (...) {
      thrown = std::current_exception();
    }
    // The object does not hold emitted events any more: they count also if it crashed.
    again_ = !given.events.empty();
    unplaced_ = std::move(given.events);
    const bool placed = place();
    if (thrown) {
      if (placed) crash(thrown);
      return false;
    }
    if (placed && given.complete) {
      complete();
      return false;
    }
    complete_ = given.complete;
    return placed && again_ && outlet_->wanted() != 0;
  }
  // Events that a hash could not place are kept, so that none is lost.
  bool place() {
    if (!guarded([&] { outlet_->offer(unplaced_); })) return false;
    count_discarded();
    if (complete_) complete();
    return is_running();
  }
  void complete() {
    complete_ = false;
    if (anew_) {
      start_again();
    } else {
      finish({});
    }
  }
  void count_discarded() { counts_.discarded = outlet_->discarded(); }

  bool consume() {
    if (const auto failure = inlet_->settle()) {
      ending mine = *failure;
      mine.how = ending::kind::failed;
      mine.reason.message =
          "its producer '" + std::exchange(mine.who, {}) + "' failed: " + mine.reason.message;
      finish(std::move(mine));
      return false;
    }
    if (inlet_->is_complete()) {
      close_down();
      return false;
    }
    if (!inlet_->has_events()) return false;
    std::size_t room = static_cast<std::size_t>(-1);
    if constexpr (traits::produces) room = outlet_->wanted();
    if (room == 0) return false;
    hand_over(inlet_->batch(room));
    return is_running();
  }

  void hand_over(std::span<in> batch) {
    delivery with;
    with.redelivered = inlet_->is_redelivery();
    if (with.redelivered) counts_.redelivered += batch.size();
    emitted_type given{};
    if constexpr (traits::produces) given.events = outlet_->fresh();
    const std::size_t count = batch.size();
    bool preserved = false;
    try {
      preserve(batch);
      preserved = true;
      call(batch, given, with);
      if constexpr (traits::produces) {
        outlet_->offer(given.events);
        count_discarded();
      }
    } catch (const beyond_repair&) {
      throw;
    } catch (...) {
      if (preserved) bring_back(batch);
      crashed(batch, std::current_exception());
      return;
    }
    count_handled(count);
    if (with.cancelled()) {
      counts_.dropped -= count;  // they still wait, and will be handled
      finish({});
      return;
    }
    inlet_->handled(count);
    inlet_->ask(with.asked());
  }

  void call(std::span<in> batch, [[maybe_unused]] emitted_type& given,
            [[maybe_unused]] delivery& with) {
    if constexpr (traits::produces && traits::with_delivery) {
      object_->on_events(batch, emit<out>(given), with);
    } else if constexpr (traits::produces) {
      object_->on_events(batch, emit<out>(given));
    } else if constexpr (traits::with_delivery) {
      object_->on_events(batch, with);
    } else {
      object_->on_events(batch);
    }
  }

  // A stage that may change its events, or move from them, gets them again in their original state.
  static constexpr bool copies =
      traits::changes && std::is_copy_constructible_v<in> && std::is_copy_assignable_v<in>;
  void preserve(std::span<in> batch) {
    if constexpr (copies) {
      if (at_most_once_) return;
      if constexpr (reusable<in>) {
        const std::size_t known = std::min(kept_.size(), batch.size());
        std::copy_n(batch.begin(), known, kept_.begin());
        kept_.insert(kept_.end(), batch.begin() + static_cast<std::ptrdiff_t>(known), batch.end());
      } else {
        kept_.assign(batch.begin(), batch.end());
      }
    }
  }
  void bring_back(std::span<in> batch) {
    if constexpr (copies) {
      if (at_most_once_) return;
      std::move(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(batch.size()),
                batch.begin());
    }
  }

  void crashed(std::span<in> batch, const std::exception_ptr& thrown) {
    ending how{ending::kind::failed, describe(thrown), thrown};
    destroy();
    const std::size_t count = batch.size();
    if (at_most_once_) {
      counts_.dropped += count;
      inlet_->handled(count);
      crash(std::move(how), true);
      return;
    }
    inlet_->crashed(count);
    if (!dead_letter_) {
      crash(std::move(how), true);
      return;
    }
    bool counts = false;
    if (count == 1 && inlet_->crashes() >= max_deliveries_) {
      try {
        dead_letter_(std::move(batch.front()), how.reason);
        ++counts_.dead_letters;
        inlet_->handled(1, true);
      } catch (...) {
        how = {ending::kind::failed, describe(std::current_exception()), std::current_exception()};
        counts = true;
      }
    }
    crash(std::move(how), counts);
  }

  // Its producers have ended.
  void close_down() {
    emitted_type given{};
    const bool done = guarded([&] {
      if constexpr (traits::produces) {
        if constexpr (requires { object_->on_complete(emit<out>(given)); }) {
          object_->on_complete(emit<out>(given));
          outlet_->offer(given.events);
        } else if constexpr (requires { object_->on_complete(); }) {
          object_->on_complete();
        }
      } else if constexpr (requires { object_->on_complete(); }) {
        object_->on_complete();
      }
    });
    if (done) finish({});
  }

  std::unique_ptr<inlet<in>> make_inlet(const options_type& options) {
    if constexpr (traits::consumes) {
      std::optional<std::size_t> isolate;
      if (options.dead_letter) isolate = std::min<std::size_t>(2, options.max_deliveries - 1);
      return std::make_unique<inlet<in>>(*this, isolate, counts_.received);
    } else {
      return std::make_unique<inlet<in>>();
    }
  }
  std::unique_ptr<outlet<out>> make_outlet(const options_type& options) {
    if constexpr (traits::produces) {
      return std::make_unique<outlet<out>>(*this, make_dispatcher(options), make_claims(options),
                                           options.demand == demand_mode::forward,
                                           options.when_cancelled == unsubscribed_policy::wait);
    } else {
      return std::make_unique<outlet<out>>();
    }
  }

  std::shared_ptr<F> factory_;  // shared by copies
  const bool at_most_once_;
  const bool anew_;
  const std::size_t max_deliveries_;
  std::function<void(in&&, const error&)> dead_letter_;
  std::unique_ptr<inlet<in>> inlet_;
  std::unique_ptr<outlet<out>> outlet_;
  std::unique_ptr<stage_type> object_;
  std::conditional_t<traits::consumes, std::vector<in>, nothing>
      kept_;  // the current batch, in its original state
  std::conditional_t<traits::produces, chunk<out>, nothing>
      unplaced_;                     // emitted, and refused by a hash
  bool complete_ = false;            // after these
  bool again_ = false;               // a producer may have something to emit
  std::atomic<bool> woken_ = false;  // by its waker
};

}  // namespace dynamo::stage::detail
