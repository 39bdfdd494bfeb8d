// Differences that are meant: each with its reason. docs/engine.md tells users the same.
#pragma once

#include "differential/comparison.hpp"
#include "differential/side.hpp"
#include "differential/step.hpp"

#include <span>
#include <string_view>

namespace dynamo::differential {

/// A step that DynamoDB Local and the engine answered differently.
struct exchange {
  const step& asked;
  const outcome& local;
  const outcome& engine;
  const difference& found;
};

struct deviation {
  std::string_view name;
  std::string_view reason;
  /// Though both carried the request out, they do not hold the same items or tables any more.
  bool states_differ;
  bool (*explains)(const exchange&);
};

[[nodiscard]] std::span<const deviation> all_deviations() noexcept;
/// Null if the difference is not meant.
[[nodiscard]] const deviation* find_deviation(const exchange& of);

}  // namespace dynamo::differential
