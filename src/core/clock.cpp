#include <dynamo/core/clock.hpp>

#include <condition_variable>
#include <mutex>
#include <random>

namespace dynamo {
namespace {

class system_time final : public clock {
 public:
  std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::now();
  }
  std::chrono::system_clock::time_point wall_time() const override {
    return std::chrono::system_clock::now();
  }
  bool sleep_until(std::chrono::steady_clock::time_point when, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_until(lock, stop, when, [] { return false; });
    return !stop.stop_requested();
  }
};

class seeded_random final : public random_source {
 public:
  double uniform() override {
    const std::lock_guard lock(mutex_);
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine_);
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_{std::random_device{}()};
};

}  // namespace

std::shared_ptr<clock> system_clock_source() {
  return std::make_shared<system_time>();
}

std::shared_ptr<random_source> system_random_source() {
  return std::make_shared<seeded_random>();
}

}  // namespace dynamo
