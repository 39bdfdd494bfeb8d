// Periodic work together with the messages of a scan: in a process, and in a loop.
#include "user.hpp"

#include <chrono>
#include <cstddef>
#include <iostream>
#include <stop_token>
#include <variant>

namespace {

using namespace std::chrono_literals;

// [process]
// Counts users and reports the count at intervals.
struct reporter {
  struct tick {};
  using message = std::variant<dynamo::scan_item<user>, dynamo::scan_batch<user>,
                               dynamo::scan_complete, dynamo::scan_error, tick>;

  void on(const dynamo::scan_item<user>&) { ++users; }
  void on(const dynamo::scan_batch<user>& batch) { users += batch.items.size(); }
  void on(const dynamo::scan_complete&) { self.stop(); }
  void on(const dynamo::scan_error& end) { throw dynamo::exception(end.error); }
  void on(tick) {
    std::cout << users << " users so far\n";
    self.send_after(1s, tick{});
  }

  dynamo::process_sender<message> self;
  std::size_t users = 0;
};
// [process]

std::size_t count_in_process(const dynamo::table<user>& users) {
  // [run-process]
  dynamo::process<reporter> counter(
      [](dynamo::process_sender<reporter::message> self) { return reporter{self}; });
  counter.get_sender().send_after(1s, reporter::tick{});
  dynamo::scan_task task = users.stream_scan_to_process(counter, {.batch_size = 50});
  std::size_t in_all = counter.join().users;
  // [run-process]
  return in_all;
}

std::size_t count_in_loop(const dynamo::table<user>& users, const std::stop_token& stop) {
  std::size_t in_all = 0;
  // [loop]
  dynamo::mailbox<dynamo::scan_message<user>> inbox;
  dynamo::scan_task task = users.stream_scan_to_process(inbox, {.batch_size = 50});

  auto next_tick = std::chrono::steady_clock::now() + 1s;
  for (;;) {
    auto received = inbox.receive(stop, next_tick);
    if (received && !*received) break;  // the end
    if (received) {
      if (auto* batch = std::get_if<dynamo::scan_batch<user>>(&**received)) {
        in_all += batch->items.size();
      }
    } else if (received.error().kind == dynamo::errc::deadline_exceeded) {
      std::cout << in_all << " users so far\n";
      next_tick += 1s;
    } else {
      break;  // a stop was requested
    }
  }
  // [loop]
  task.wait();
  return in_all;
}

}  // namespace

int main() {
  const dynamo::table<user> users(dynamo::client::from_environment());
  const std::size_t in_process = count_in_process(users);
  const std::size_t in_loop = count_in_loop(users, {});
  std::cout << in_process << " users in a process, " << in_loop << " in a loop\n";
  return in_process == 500 && in_loop == 500 ? 0 : 1;
}
