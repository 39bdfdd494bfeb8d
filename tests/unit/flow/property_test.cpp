// Random flows give what the same steps give one after the other.
#include "support/watchdog.hpp"
#include "unit/flow/numbers.hpp"

#include <dynamo/flow/flow.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace flow_property_test {

using namespace dynamo;
using namespace dynamo::test;

using ints = std::vector<int>;

// The numbers that decide about a flow, all from one seed.
class random {
 public:
  explicit random(unsigned seed) : random_(seed) {}
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  unsigned stages() { return 1 + static_cast<unsigned>(below(4)); }
  flow::exchange_options exchange() {
    return {.stages = stages(), .max_demand = static_cast<std::size_t>(2 + below(40))};
  }

 private:
  std::mt19937 random_;
};

template <int Steps, class Pipeline, class Check>
void extend(random& roll, Pipeline flow, ints model, const Check& check);

// Appends a random step to the flow and to its model.
template <int Steps, class Pipeline, class Check>
void extend_by_one(random& roll, Pipeline flow, ints model, const Check& check) {
  const int a = 1 + roll.below(9);
  ints next;
  switch (roll.below(8)) {
    case 0: {
      const auto f = [a](int x) { return x / a - 1; };
      std::ranges::transform(model, std::back_inserter(next), f);
      return extend<Steps>(roll, std::move(flow) | flow::map(f), std::move(next), check);
    }
    case 1: {
      const auto f = [a](int x) { return x % (a + 1) != 0; };
      std::ranges::copy_if(model, std::back_inserter(next), f);
      return extend<Steps>(roll, std::move(flow) | flow::filter(f), std::move(next), check);
    }
    case 2: {
      const auto f = [a](int x) { return ints(static_cast<std::size_t>(x % a + a) % 3, x); };
      for (const int x : model) std::ranges::copy(f(x), std::back_inserter(next));
      return extend<Steps>(roll, std::move(flow) | flow::flat_map(f), std::move(next), check);
    }
    case 3: {
      const auto f = [a](std::vector<int>& batch) {
        for (int& x : batch) x = x % 1000 + a;
      };
      next = model;
      f(next);
      return extend<Steps>(roll, std::move(flow) | flow::map_batch(f), std::move(next), check);
    }
    case 4:
      return extend<Steps>(roll, std::move(flow) | flow::shuffle(roll.exchange()), std::move(model),
                           check);
    case 5: {
      const auto key = [a](int x) { return x / a; };
      std::map<int, int> sums;
      for (const int x : model) sums[key(x)] += x;
      for (const auto& [k, sum] : sums) next.push_back(sum);
      return extend<Steps>(
          roll,
          std::move(flow) | flow::partition(key, roll.exchange()) |
              flow::reduce([] { return std::map<int, int>(); },
                           [key](std::map<int, int>& state, int x) { state[key(x)] += x; }) |
              flow::emit_events() | flow::map(&std::pair<int, int>::second),
          std::move(next), check);
    }
    case 6: {
      std::ranges::sort(model);
      std::ranges::unique_copy(model, std::back_inserter(next));
      return extend<Steps>(roll,
                           std::move(flow) | flow::partition({}, roll.exchange()) | flow::uniq_by(),
                           std::move(next), check);
    }
    default: {
      const auto count = static_cast<std::size_t>(1 + roll.below(50));
      std::ranges::sort(model, std::greater<>());
      model.resize(std::min(model.size(), count));
      return extend<Steps>(roll, std::move(flow) | flow::take_sort(count, std::greater<>()),
                           std::move(model), check);
    }
  }
}

template <int Steps, class Pipeline, class Check>
void extend(random& roll, Pipeline flow, ints model, const Check& check) {
  if constexpr (Steps == 0) {
    check(std::move(flow), std::move(model));
  } else {
    extend_by_one<Steps - 1>(roll, std::move(flow), std::move(model), check);
  }
}

TEST(flow_property, random_flows_equal_their_sequential_models) {
  const watchdog dog("random_flows_equal_their_sequential_models");
  for (unsigned seed = 0; seed < 1000; ++seed) {
    random roll(seed);
    const ints input = numbers(roll.below(400));
    const flow::options given{.stages = roll.stages(),
                              .max_demand = static_cast<std::size_t>(2 + roll.below(60))};
    extend<2>(roll, flow::from(input, given), input, [&](auto flow, ints model) {
      ASSERT_EQ(sorted(std::move(flow) | flow::collect()), sorted(std::move(model)))
          << "seed " << seed;
    });
  }
}

}  // namespace flow_property_test
