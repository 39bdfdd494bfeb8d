#include "scan/spread_order.hpp"

#include <algorithm>
#include <numeric>

namespace dynamo::scan {

// Steps of the golden ratio: of all strides it leaves the most even gaps, after any number of steps
// (the three-distance theorem). A stride without a common divisor meets every segment once.
std::vector<std::uint32_t> spread_order(std::uint32_t segments) {
  constexpr double golden = 0.6180339887498949;
  auto stride = static_cast<std::uint32_t>(golden * segments);
  while (std::gcd(stride, segments) != 1) ++stride;
  std::vector<std::uint32_t> order;
  order.reserve(segments);
  std::uint64_t at = 0;
  for (std::uint32_t i = 0; i < segments; ++i) {
    order.push_back(static_cast<std::uint32_t>(at));
    at = (at + stride) % segments;
  }
  return order;
}

std::vector<std::uint32_t> asking_order(std::uint32_t segments, std::uint32_t at_once) {
  std::vector<std::uint32_t> order(segments);
  std::iota(order.begin(), order.end(), 0U);
  if (segments > at_once) std::ranges::copy(spread_order(segments), order.begin());
  return order;
}

}  // namespace dynamo::scan
