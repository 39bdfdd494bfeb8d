// What a supervisor does when a child fails, without I/O or threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace dynamo::stage {

/// Which children are restarted when one fails.
enum class strategy : std::uint8_t {
  one_for_one,   ///< the one that failed
  one_for_all,   ///< all
  rest_for_one,  ///< the one that failed and those started after it
};
inline constexpr auto one_for_one = strategy::one_for_one;
inline constexpr auto one_for_all = strategy::one_for_all;
inline constexpr auto rest_for_one = strategy::rest_for_one;

/// When a child is restarted.
enum class restart : std::uint8_t {
  permanent,  ///< when it fails; a producer also when it is complete
  transient,  ///< when it fails
  temporary,  ///< never: its end affects no other child, and only `which_children` reports it
};

/// A supervisor's decisions. Children are numbered in the order of their start. Not thread-safe.
class restart_policy {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  struct decision {
    enum class kind : std::uint8_t {
      restart,  ///< restart `children`: stop them from the last, start them from the first
      let_go,   ///< the child has ended, the others continue
      give_up,  ///< more restarts than allowed: all children end
    };
    kind what;
    std::vector<std::size_t> children{};
  };

  restart_policy(strategy how, std::size_t max_restarts, std::chrono::nanoseconds period)
      : how_(how), max_restarts_(max_restarts), period_(period) {}

  /// Adds a child and returns its number.
  std::size_t add(restart when);
  /// Reserves memory so that `add` does not allocate, up to this number of children.
  void reserve(std::size_t children) { children_.reserve(children); }
  /// The child has ended permanently; it is not restarted with others.
  void ended(std::size_t child) { children_[child].ended = true; }
  /// The child failed at `now`. `counts`: whether the failure counts towards the limit.
  [[nodiscard]] decision failed(std::size_t child, time_point now, bool counts = true);
  /// The child, a producer, is complete.
  [[nodiscard]] decision completed(std::size_t child, time_point now);
  /// Forgets the restarts so far.
  void forget() { restarts_.clear(); }

 private:
  decision start_again(std::size_t child, time_point now, bool counts);

  struct entry {
    restart when;
    bool ended = false;
  };
  strategy how_;
  std::size_t max_restarts_;
  std::chrono::nanoseconds period_;
  std::vector<entry> children_;
  std::deque<time_point> restarts_;  // within the period
};

}  // namespace dynamo::stage
