// A scan in a custom poll loop, together with a timer.
#include "user.hpp"

#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <iostream>

namespace {

// Fires at once, then every millisecond.
class ticker {
 public:
  ticker() : descriptor_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
    const itimerspec every{.it_interval = {.tv_sec = 0, .tv_nsec = 1'000'000},
                           .it_value = {.tv_sec = 0, .tv_nsec = 1}};
    ::timerfd_settime(descriptor_, 0, &every, nullptr);
  }
  ticker(const ticker&) = delete;
  ticker& operator=(const ticker&) = delete;
  ~ticker() { ::close(descriptor_); }

  [[nodiscard]] int descriptor() const { return descriptor_; }
  void acknowledge() const {
    std::uint64_t times = 0;
    if (::read(descriptor_, &times, sizeof times) < 0) return;  // it has not fired
  }

 private:
  int descriptor_;
};

}  // namespace

int main() {
  const dynamo::table<user> users(dynamo::client::from_environment());
  const ticker timer;
  std::uint64_t received = 0;
  int ticks = 0;

  // [poll-loop]
  dynamo::mailbox<dynamo::scan_message<user>> inbox({.capacity = 8});
  dynamo::scan_task task = users.stream_scan_to_process(inbox, {.batch_size = 20});

  std::array<pollfd, 2> waits{{{.fd = inbox.descriptor(), .events = POLLIN, .revents = 0},
                               {.fd = timer.descriptor(), .events = POLLIN, .revents = 0}}};
  while (!inbox.ended()) {
    if (::poll(waits.data(), waits.size(), -1) < 0) continue;
    if (waits[1].revents != 0) {
      timer.acknowledge();
      ++ticks;
    }
    // One message a turn is fair to the other descriptors: what is left makes poll return again.
    if (waits[0].revents == 0) continue;
    if (auto message = inbox.try_receive()) {
      if (auto* batch = std::get_if<dynamo::scan_batch<user>>(&*message)) {
        received += batch->items.size();
      }
    }
  }
  // [poll-loop]

  auto summary = task.try_wait();
  if (!summary) {
    std::cerr << summary.error().to_string() << '\n';
    return 1;
  }
  std::cout << received << " users beside a timer\n";
  return received == 500 && summary->items == 500 && ticks > 0 ? 0 : 1;
}
