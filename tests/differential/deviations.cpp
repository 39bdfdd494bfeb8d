#include "differential/deviations.hpp"

#include <algorithm>
#include <array>

namespace dynamo::differential {
namespace {

const answer& last(const outcome& of) {
  return of.pages.back();
}

constexpr std::array<deviation, 1> deviations{{
    {"the emulator fails by itself",
     "DynamoDB Local answers some requests with an internal error; the service does not.", false,
     [](const exchange& of) {
       return last(of.local).status == 500 && last(of.engine).status == 400;
     }},
}};

}  // namespace

const deviation* find_deviation(const exchange& of) {
  const auto found =
      std::ranges::find_if(deviations, [&](const deviation& each) { return each.explains(of); });
  return found != deviations.end() ? &*found : nullptr;
}

}  // namespace dynamo::differential
