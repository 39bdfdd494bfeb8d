#include "ends/ways.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo::test {
namespace {

// Requests a stop on a thread of its own once so many items came.
class stopper {
 public:
  stopper(std::uint64_t after, std::function<void()> stop)
      : stopper(own_count_, after, std::move(stop)) {}
  // Where those that count may outlive it.
  stopper(std::atomic<std::uint64_t>& count, std::uint64_t after, std::function<void()> stop)
      : count_(count), after_(after), thread_([this, stop = std::move(stop)] {
          while (count_ < after_ && !over_) std::this_thread::yield();
          stop();
        }) {}
  stopper(const stopper&) = delete;
  stopper& operator=(const stopper&) = delete;
  ~stopper() {
    over_ = true;
    thread_.join();
  }
  void came(std::uint64_t items) { count_ += items; }

 private:
  std::atomic<std::uint64_t> own_count_ = 0;
  std::atomic<std::uint64_t>& count_;
  const std::uint64_t after_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

// What was ended early may say so.
template <class Run>
void ends(Run run) {
  try {
    run();
  } catch (const exception&) {
  } catch (const std::runtime_error&) {
  }
}

// ---- ranges and pages

void leave_range(const round& of) {
  std::uint64_t count = 0;
  for (const entry& each : of.from.stream_parallel_scan(of.options)) {
    if (each.id.empty() || ++count > of.after) break;
  }
}

void stop_range(const round& of) {
  std::stop_source stop;
  stopper stopping(of.after, [&] { stop.request_stop(); });
  scan_options options = of.options;
  options.stop = stop.get_token();
  ends([&] {
    for (const entry& each : of.from.stream_parallel_scan(options))
      stopping.came(each.id.empty() ? 0 : 1);
  });
}

void range_past_its_deadline(const round& of) {
  scan_options options = of.options;
  options.deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(of.after);
  ends([&] {
    for (const entry& each : of.from.stream_parallel_scan(options)) (void)each;
  });
}

void cancel_pullers(const round& of) {
  page_source source(of.db.shared_backend(), "entries", of.options, true);
  stopper stopping(of.after, [&] { source.cancel(); });
  std::vector<std::jthread> pulling;
  for (int i = 0; i < 3; ++i) {
    pulling.emplace_back([&] {
      for (auto page = source.next(); page && *page; page = source.next())
        stopping.came((*page)->count());
    });
  }
}

// Handlers wait when the source ends; pages end within them.
void end_source_with_handlers(const round& of) {
  std::atomic<std::uint64_t> answered = 0;
  std::uint64_t asked = 0;
  {
    page_source source(of.db.shared_backend(), "entries", of.options, true);
    for (; asked < 2 + of.after % 8; ++asked) {
      source.async_next([&answered, owned = std::make_shared<std::optional<page>>()](auto came) {
        if (came && *came) *owned = **std::move(came);
        ++answered;
      });
    }
  }
  if (answered != asked) throw std::logic_error("a handler was not called exactly once");
}

// ---- mailboxes and processes

void close_mailbox(const round& of) {
  mailbox<scan_message<entry>> inbox({.capacity = 3});
  const scan_task task = of.from.stream_scan_to_process(inbox, of.options);
  for (std::uint64_t count = 0; count < of.after && inbox.receive(); ++count) {
  }
  inbox.close();
  (void)task.try_wait();
}

void end_task(const round& of) {
  mailbox<scan_message<entry>> inbox({.capacity = 3});
  std::optional<scan_task> task = of.from.stream_scan_to_process(inbox, of.options);
  for (std::uint64_t count = 0; count < of.after && inbox.receive(); ++count) {
  }
  task.reset();
  while (inbox.receive()) {
  }
}

void cancel_task(const round& of) {
  mailbox<scan_message<entry>> inbox({.capacity = 3});
  const scan_task task = of.from.stream_scan_to_process(inbox, of.options);
  stopper stopping(of.after, [&] { task.cancel(); });
  while (inbox.receive()) stopping.came(1);
  (void)task.try_wait();
}

struct failing_process {
  using message = scan_message<entry>;
  void on(const scan_batch<entry>&) {}
  void on(const scan_item<entry>&) {
    if (left-- == 0) throw std::runtime_error("enough");
  }
  void on(const scan_complete&) { self.stop(); }
  void on(const scan_error&) { self.stop(); }
  process_sender<message> self;
  std::uint64_t left = 0;
};

void fail_in_process(const round& of) {
  process<failing_process> receiver([&](process_sender<failing_process::message> self) {
    return failing_process{self, of.after};
  });
  const scan_task task = of.from.stream_scan_to_process(receiver, of.options);
  ends([&] { receiver.join(); });
  (void)task.try_wait();
}

void stop_process(const round& of) {
  process<failing_process> receiver([&](process_sender<failing_process::message> self) {
    return failing_process{self, early_entries + 1};
  });
  const scan_task task = of.from.stream_scan_to_process(receiver, of.options);
  std::this_thread::sleep_for(std::chrono::microseconds(of.after));
  ends([&] { receiver.call([](failing_process& state) { state.self.stop(); }); });
  ends([&] { receiver.join(); });
  (void)task.try_wait();
}

// ---- stages

struct counting {
  stopper* to;
  void on_events(std::span<const entry> in) {
    if (to != nullptr) to->came(in.size());
  }
};

struct counting_all {
  std::atomic<std::uint64_t>* count;
  void on_events(std::span<const entry> in) { *count += in.size(); }
};

struct passing {
  void on_events(std::span<entry> in, stage::emit<entry> out) {
    for (entry& each : in) out(std::move(each));
  }
};

struct leaving {
  std::uint64_t left;
  bool throws;
  void on_events(std::span<const entry> in, stage::delivery& by) {
    if (left >= in.size()) {
      left -= in.size();
    } else if (throws) {
      throw std::runtime_error("enough");
    } else {
      by.cancel();
    }
  }
};

// A pipeline of three stages; `last` is the consumer's factory.
template <class Last>
void pipeline(stage::supervisor& tree, const round& of, Last last) {
  auto source = tree.start(stage::scan_producer<entry>(of.from, of.options));
  auto passed = tree.start([] { return passing{}; },
                           {.subscribe_to = {{source, {.max_demand = 100}}}, .copies = 2});
  tree.start(std::move(last), {.subscribe_to = {{passed, {.max_demand = 60}}}});
}

void end_supervisor(const round& of) {
  stage::supervisor tree;
  pipeline(tree, of, [] { return counting{nullptr}; });
  std::this_thread::sleep_for(std::chrono::microseconds(of.after));
}

void stop_supervisor(const round& of) {
  stage::supervisor tree;
  pipeline(tree, of, [] { return counting{nullptr}; });
  std::this_thread::sleep_for(std::chrono::microseconds(of.after));
  tree.stop();
  (void)tree.try_wait();
}

void request_stop_of_supervisor(const round& of) {
  std::atomic<std::uint64_t> count = 0;
  stage::supervisor tree;
  const stopper stopping(count, of.after, [&] { tree.request_stop(); });
  ends([&] { pipeline(tree, of, [&] { return counting_all{&count}; }); });
  (void)tree.try_wait();
}

void stop_token_of_supervisor(const round& of) {
  std::stop_source stop;
  stopper stopping(of.after, [&] { stop.request_stop(); });
  ends([&] {
    stage::supervisor tree({.stop = stop.get_token()});
    pipeline(tree, of, [&] { return counting{&stopping}; });
    (void)tree.try_wait();
  });
}

void cancel_in_consumer(const round& of) {
  stage::supervisor tree;
  pipeline(tree, of, [&] { return leaving{of.after, false}; });
  (void)tree.try_wait();
}

void crash_consumer(const round& of) {
  ends([&] {
    stage::supervisor tree({.max_restarts = 2});
    pipeline(tree, of, [&] { return leaving{of.after, true}; });
    tree.wait();
  });
}

// ---- flows

auto small_flow(const round& of, std::stop_token stop) {
  return flow::from(of.from.stream_parallel_scan(of.options),
                    {.stages = 2, .max_demand = 40, .stop = std::move(stop)}) |
         flow::partition(&entry::id, {.stages = 2});
}

void leave_flow(const round& of) {
  std::uint64_t count = 0;
  for (const entry& each : small_flow(of, {}) | flow::stream()) {
    if (each.id.empty() || ++count > of.after) break;
  }
}

void stop_flow(const round& of) {
  std::stop_source stop;
  stopper stopping(of.after, [&] { stop.request_stop(); });
  ends([&] {
    small_flow(of, stop.get_token()) | flow::each([&](const entry&) { stopping.came(1); }) |
        flow::run();
  });
}

void throw_in_flow(const round& of) {
  std::atomic<std::uint64_t> count = 0;
  ends([&] {
    small_flow(of, {}) | flow::each([&](const entry&) {
      if (++count > of.after) throw std::runtime_error("enough");
    }) | flow::run();
  });
}

}  // namespace

const std::vector<way>& ways() {
  static const std::vector<way> all = {
      {"LeaveRange", leave_range},
      {"StopRange", stop_range},
      {"RangePastItsDeadline", range_past_its_deadline},
      {"CancelPullers", cancel_pullers},
      {"EndSourceWithHandlers", end_source_with_handlers},
      {"CloseMailbox", close_mailbox},
      {"EndTask", end_task},
      {"CancelTask", cancel_task},
      {"FailInProcess", fail_in_process},
      {"StopProcess", stop_process},
      {"EndSupervisor", end_supervisor},
      {"StopSupervisor", stop_supervisor},
      {"RequestStopOfSupervisor", request_stop_of_supervisor},
      {"StopTokenOfSupervisor", stop_token_of_supervisor},
      {"CancelInConsumer", cancel_in_consumer},
      {"CrashConsumer", crash_consumer},
      {"LeaveFlow", leave_flow},
      {"StopFlow", stop_flow},
      {"ThrowInFlow", throw_in_flow},
  };
  return all;
}

}  // namespace dynamo::test
