// Options of a flow.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>

namespace dynamo::flow {

/// Returns the number of threads that the machine runs at a time; 1 if it is unknown.
[[nodiscard]] unsigned hardware_stages() noexcept;

/// Options of a flow. A value out of range is reported as errc::invalid_argument by the call,
/// before anything runs.
struct options {
  /// Copies of the steps after the source, each on its own thread: 1 to 1024, default: the
  /// machine's hardware threads. They pull from the source and decode what they pulled. The steps
  /// after a partition, a shuffle or a merge have as many copies, unless its `exchange_options` say
  /// otherwise.
  unsigned stages = hardware_stages();

  /// Events on their way from one stage to another, 2 or more, default 1000. They are sent in
  /// batches of at most half of this.
  std::size_t max_demand = 1000;

  /// Ends the flow with errc::cancelled.
  std::stop_token stop{};
};

/// Options of a partition, a shuffle or a merge, for the stages after it.
struct exchange_options {
  /// Copies of the steps after it, each on its own thread: 1 to 1024. Unset: the flow's.
  std::optional<unsigned> stages{};

  /// Events on their way from one stage before it to one stage after it, 2 or more. Unset: the
  /// flow's.
  std::optional<std::size_t> max_demand{};
};

namespace detail {

/// The options of a group of stages.
struct group_options {
  unsigned stages = 1;
  std::size_t max_demand = 1000;

  /// Returns the number of events of a full batch.
  [[nodiscard]] std::size_t batch() const noexcept { return max_demand / 2; }
};

[[nodiscard]] group_options checked(const options& given);
/// Returns the options of a group that follows one with the options `before`.
[[nodiscard]] group_options checked(const exchange_options& given, const group_options& before);
/// Checks the bound of a window or of `take_sort`: 1 or more.
std::size_t checked_count(std::size_t count, const char* operation);

}  // namespace detail

}  // namespace dynamo::flow
