// Routes items by their status: each route has its own rules and its own batches.
#include "user.hpp"

#include <atomic>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

// [routes]
enum class route { welcome, remind, review };

std::optional<route> route_of(const user& u) {
  if (u.status == "pending") return route::welcome;
  if (u.status == "inactive") return route::remind;
  if (u.status == "suspended") return route::review;
  return std::nullopt;  // nothing to do
}

struct task {
  route way;
  std::string id, email;
};
// [routes]

// Stands for the program's work: sending messages, opening cases. Called by several threads.
class office {
 public:
  void handle(route way, const std::vector<task>& tasks) {
    for (const task& each : tasks) {
      if (each.way != way) throw std::logic_error("a task went the wrong way");
    }
    const auto of = static_cast<std::size_t>(way);
    handled_[of] += static_cast<int>(tasks.size());
    ++batches_[of];
  }
  [[nodiscard]] int handled(route way) const { return handled_[static_cast<std::size_t>(way)]; }
  [[nodiscard]] int batches(route way) const { return batches_[static_cast<std::size_t>(way)]; }

 private:
  std::atomic<int> handled_[3] = {};
  std::atomic<int> batches_[3] = {};
};

}  // namespace

int main() {
  try {
    namespace flow = dynamo::flow;
    dynamo::table<user> users(dynamo::client::from_environment());
    office work;

    // [conditional]
    flow::from(users.stream_parallel_scan({.segments = 4})) |
        flow::flat_map([](user&& u) -> std::optional<task> {
          const auto way = route_of(u);
          if (!way) return std::nullopt;
          return task{*way, std::move(u.id), std::move(u.email)};
        }) |
        flow::partition(&task::way, {.stages = 3}) |  // a way's tasks all come to one stage
        flow::window_count(20) |                      // in portions
        flow::group_by(&task::way) |
        flow::each([&](const std::pair<route, std::vector<task>>& portion) {
          work.handle(portion.first, portion.second);
        }) |
        flow::run();
    // [conditional]

    std::map<route, int> expected;
    for (const user& u : users.stream_scan()) {
      if (const auto way = route_of(u)) ++expected[*way];
    }
    for (const auto& [way, count] : expected) {
      if (work.handled(way) != count) throw std::runtime_error("tasks were lost");
      if (work.batches(way) * 20 < count) throw std::runtime_error("a portion was too large");
    }
    std::cout << work.handled(route::welcome) << " to welcome, " << work.handled(route::remind)
              << " to remind, " << work.handled(route::review) << " to review\n";
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
