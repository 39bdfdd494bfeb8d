// Signals at moments that nobody chose.
#pragma once

#include "support/child_process.hpp"

#include <chrono>
#include <csignal>
#include <cstdint>
#include <random>
#include <thread>

namespace dynamo::test {

/// Moments that follow from a seed.
class random_moments {
 public:
  random_moments(std::uint64_t seed, std::chrono::microseconds longest)
      : random_(seed), longest_(longest) {}

  void wait() {
    std::uniform_int_distribution<std::int64_t> length(0, longest_.count());
    std::this_thread::sleep_for(std::chrono::microseconds(length(random_)));
  }
  /// A moment later the signal is sent.
  void send(const child_process& to, int signal) {
    wait();
    to.send(signal);
  }
  /// Puts the program to sleep and wakes it, so many times. It may end meanwhile.
  void interrupt(const child_process& run, int times) {
    for (int i = 0; i < times; ++i) {
      send(run, SIGSTOP);
      send(run, SIGCONT);
    }
  }

 private:
  std::mt19937_64 random_;
  const std::chrono::microseconds longest_;
};

}  // namespace dynamo::test
