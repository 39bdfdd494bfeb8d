// Handles a limited number of users per tick: the consumer's demand is the limit.
#include "user.hpp"

#include <atomic>
#include <chrono>
#include <iostream>
#include <span>
#include <thread>

namespace {

// [limited]
struct sender {
  std::atomic<int>& sent;
  void on_events(std::span<const user> in) { sent += static_cast<int>(in.size()); }
};
// [limited]

bool is_over(const dynamo::stage::supervisor& pipeline) {
  for (const auto& child : pipeline.which_children()) {
    if (child.state != dynamo::stage::child_state::complete) return false;
  }
  return true;
}

}  // namespace

int main() {
  using namespace std::chrono_literals;
  try {
    dynamo::table<user> users(dynamo::client::from_environment());
    std::atomic<int> sent = 0;
    int ticks = 0;

    // [tick]
    namespace stage = dynamo::stage;
    stage::supervisor pipeline;
    auto source = pipeline.start(stage::scan_producer<user>(users, {.page_size = 50}));
    auto sending = pipeline.start(
        [&] { return sender{sent}; },
        {.subscribe_to = {{source, {.max_demand = 100, .demand = stage::asking::manual}}}});
    // Nothing is fetched that was not asked for: 100 users in each tick, and no more.
    for (; !is_over(pipeline); std::this_thread::sleep_for(20ms)) {
      if (sent == 100 * ticks) {
        sending.ask(100);
        ++ticks;
      }
    }
    pipeline.wait();
    // [tick]

    std::cout << sent << " users in " << ticks << " ticks\n";
    return sent <= 100 * ticks ? 0 : 1;
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
