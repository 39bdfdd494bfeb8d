// Runs a producer, a transformer, a validator and a writer under one supervisor.
#include "user.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <iostream>
#include <mutex>
#include <set>
#include <span>
#include <stdexcept>

namespace {

// [transformer]
struct transformer {
  void on_events(std::span<user> in, dynamo::stage::emit<user> emit) {
    for (user& u : in) {
      std::ranges::transform(u.email, u.email.begin(),
                             [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      emit(std::move(u));
    }
  }
};
// [transformer]

// [validator]
struct validator {
  void on_events(std::span<user> in, dynamo::stage::emit<user> emit) {
    for (user& u : in) {
      if (u.email.empty()) throw std::invalid_argument("a user without an email address");
      emit(std::move(u));
    }
  }
};
// [validator]

struct store {
  std::mutex mutex;
  std::set<std::string> emails;
  int redelivered = 0;
};

// [writer]
struct writer {
  store& to;
  void on_events(std::span<const user> in, dynamo::stage::delivery& delivery) {
    const std::lock_guard lock(to.mutex);
    if (delivery.redelivered) ++to.redelivered;  // writing twice must do no harm: this is a set
    for (const user& u : in) to.emails.insert(u.email);
  }
};
// [writer]

}  // namespace

int main() {
  try {
    dynamo::table<user> users(dynamo::client::from_environment());
    store written;
    std::atomic<int> rejected = 0;

    // [pipeline]
    namespace stage = dynamo::stage;
    stage::supervisor pipeline({.strategy = stage::rest_for_one});
    auto source = pipeline.start(stage::scan_producer<user>(users, {.segments = 4}));
    auto clean = pipeline.start([] { return transformer{}; },
                                {.subscribe_to = {{source, {.max_demand = 500}}}, .copies = 2});
    auto valid = pipeline.start([] { return validator{}; },
                                {.subscribe_to = {{clean}},
                                 .dead_letter = [&](user&&, const dynamo::error&) { ++rejected; }});
    pipeline.start([&] { return writer{written}; }, {.subscribe_to = {{valid}}});
    pipeline.wait();
    // [pipeline]

    for (const stage::child_info& child : pipeline.which_children()) {
      std::cout << child.name << ": " << to_string(child.state) << ", " << child.handled
                << " events, " << child.restarts << " restarts\n";
    }
    std::cout << written.emails.size() << " users written, " << rejected << " rejected\n";
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
