// How a flow is run: plain data.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>

namespace dynamo::flow {

/// Threads that the machine can run at a time; 1 if it does not tell.
[[nodiscard]] unsigned hardware_stages() noexcept;

/// Options of a flow. A value outside its range is errc::invalid_argument at the call, before
/// anything runs.
struct options {
  /// Copies of the steps behind the source, each a thread of its own: 1 to 1024. They pull from the
  /// source and decode what they pulled. What follows a partition, a shuffle or a merge has as many
  /// copies, unless it is told otherwise.
  unsigned stages = hardware_stages();

  /// Events that may be on their way from one stage to one that it feeds, 2 or more. They travel in
  /// batches of at most half of it.
  std::size_t max_demand = 1000;

  /// Ends the flow with errc::cancelled.
  std::stop_token stop{};
};

/// Options of a partition, a shuffle or a merge: of the stages that follow it.
struct exchange_options {
  /// Copies of the steps that follow, each a thread of its own: 1 to 1024. Unset: the flow's.
  std::optional<unsigned> stages{};

  /// Events on their way from one stage before to one stage behind, 2 or more. Unset: the flow's.
  std::optional<std::size_t> max_demand{};
};

namespace detail {

/// What a group of stages runs with.
struct group_options {
  unsigned stages = 1;
  std::size_t max_demand = 1000;

  /// Events of a full batch.
  [[nodiscard]] std::size_t batch() const noexcept { return max_demand / 2; }
};

[[nodiscard]] group_options checked(const options& given);
/// The options of a group behind one that runs with `before`.
[[nodiscard]] group_options checked(const exchange_options& given, const group_options& before);
/// The bound of a window or of `take_sort`: 1 or more.
std::size_t checked_count(std::size_t count, const char* operation);

}  // namespace detail

}  // namespace dynamo::flow
