// A service with capacity and latency, in simulated time.
#pragma once

#include <dynamo/model/backend.hpp>
#include <dynamo/scan/page_source.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::test {

/// A discrete-event simulation behind the seam: answers scans after their latency, throttles what
/// is more than it bears, and tries that again as the backend over the wire does. Time goes on only
/// in `step`. For one thread.
class simulated_service final : public backend {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using duration = std::chrono::steady_clock::duration;

  /// Pages of each segment. Their items are counted, not sent: one each.
  std::vector<std::uint32_t> pages{};
  std::chrono::milliseconds latency{50};  ///< on average; between 3/4 and 5/4 of it
  std::function<double(std::uint32_t segment, std::uint32_t page)> cost =
      [](std::uint32_t, std::uint32_t) { return 128.0; };
  std::uint32_t bears = 1'000'000;  ///< requests at a time
  std::uint32_t partitions = 1;     ///< the segments are spread over, by their number
  std::uint32_t a_partition_bears = 1'000'000;
  /// Called with the cost of each page when it is answered.
  std::function<void(double)> on_answer{};

  void submit(backend_request request, backend_completion done) override;
  [[nodiscard]] time_point now() const override { return now_; }
  result<void> schedule(time_point when, std::function<void()> task) override {
    events_.emplace(std::max(when, now_), std::move(task));
    return {};
  }

  /// Goes on to the next event; false if there is none.
  bool step();
  /// Goes on until `when`.
  void run_until(time_point when);

  [[nodiscard]] std::uint64_t answered() const noexcept { return answered_; }
  [[nodiscard]] double consumed() const noexcept { return consumed_; }
  [[nodiscard]] duration elapsed() const noexcept { return now_ - begin; }

  static constexpr time_point begin{std::chrono::hours(1)};

 private:
  struct call {
    backend_request request;
    backend_completion done;
    unsigned attempts = 0;
  };

  void attempt(const std::shared_ptr<call>& of);
  void answer(call& of);
  [[nodiscard]] duration random_part(duration of);

  time_point now_ = begin;
  std::multimap<time_point, std::function<void()>> events_;
  std::mt19937 random_{20260101};
  std::uint32_t busy_ = 0;
  std::map<std::uint32_t, std::uint32_t> busy_partitions_;
  std::uint64_t answered_ = 0;
  double consumed_ = 0;
};

/// Pulls pages as they come. Must outlive nothing: the source ends first.
class eager_puller {
 public:
  explicit eager_puller(page_source& from) : seen_(std::make_shared<seen>(from)) { pull(seen_); }
  eager_puller(const eager_puller&) = delete;
  eager_puller& operator=(const eager_puller&) = delete;

  [[nodiscard]] bool ended() const noexcept { return seen_->ended; }
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return seen_->failure; }
  [[nodiscard]] std::uint64_t pages() const noexcept { return seen_->pages; }

 private:
  // Shared with the pull under way: a source that ends behind its puller tells it of that.
  struct seen {
    explicit seen(page_source& source) : from(source) {}
    page_source& from;
    bool ended = false;
    std::optional<error> failure{};
    std::uint64_t pages = 0;
  };

  static void pull(const std::shared_ptr<seen>& into) {
    into->from.async_next([into](result<std::optional<page>> got) {
      if (got && *got) {
        ++into->pages;
        return pull(into);
      }
      into->ended = true;
      if (!got) into->failure = std::move(got).error();
    });
  }

  const std::shared_ptr<seen> seen_;
};

}  // namespace dynamo::test
