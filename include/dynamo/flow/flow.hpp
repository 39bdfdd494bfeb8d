// Flows: pipelines whose steps run in parallel, in bounded memory.
#pragma once

#include <dynamo/flow/ends.hpp>
#include <dynamo/flow/exchange.hpp>
#include <dynamo/flow/node.hpp>
#include <dynamo/flow/operations.hpp>
#include <dynamo/flow/options.hpp>
#include <dynamo/flow/reduce.hpp>
#include <dynamo/flow/source.hpp>

#include <ranges>
#include <utility>

namespace dynamo::flow {

/// Begins a flow over a scan. The flow's first stages pull and decode the pages, so that a flow
/// over a parallel scan uses as many cores as it has stages. Nothing is sent before the flow runs.
/// Throws errc::invalid_argument if items were read from the stream, or an option is out of range.
template <class T>
[[nodiscard]] auto from(scan_stream<T>&& stream, const options& given = {}) {
  using feed = detail::scan_feed<T>;
  return pipeline(detail::source_node<feed>(feed(std::move(stream)), given));
}
template <class T>
void from(scan_stream<T>& stream, const options& given = {}) = delete;  // move the stream

/// Begins a flow over a range. A range passed as an lvalue must outlive the flow. Random-access
/// ranges of objects are read in place, by all first stages. Of any other range, stages take turns
/// at pulling max_demand / 2 values, and a range that blocks delays the end of the flow.
template <std::ranges::input_range Range>
  requires(std::ranges::viewable_range<Range>)
[[nodiscard]] auto from(Range&& range, const options& given = {}) {
  auto feed = detail::feed_of_range(std::forward<Range>(range));
  return pipeline(detail::source_node<decltype(feed)>(std::move(feed), given));
}

/// Begins a flow over a custom source.
template <source S>
[[nodiscard]] auto from(S producer, const options& given = {}) {
  using feed = detail::source_feed<S>;
  return pipeline(detail::source_node<feed>(feed(std::move(producer)), given));
}

}  // namespace dynamo::flow
