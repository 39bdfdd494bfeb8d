// Commands run in this process, on a scripted backend.
#pragma once

#include "cli/commands.hpp"
#include "support/scripted_backend.hpp"
#include "support/temporary_folder.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

namespace dynamo::cli {

/// Time that passes only when somebody sleeps: `naps` times at once, then until a stop.
class sleepers_clock final : public clock {
 public:
  explicit sleepers_clock(int naps = 0) : naps_(naps) {}

  std::chrono::steady_clock::time_point now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  std::chrono::system_clock::time_point wall_time() const override { return {}; }
  bool sleep_until(std::chrono::steady_clock::time_point when, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    if (naps_ == 0) {
      woken_.notify_all();
      changed_.wait(lock, stop, [] { return false; });
      return false;
    }
    --naps_;
    now_ = when;
    return !stop.stop_requested();
  }
  /// Blocks until all naps are over.
  void wait_for_naps() {
    std::unique_lock lock(mutex_);
    woken_.wait(lock, [&] { return naps_ == 0; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::condition_variable woken_;
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
  int naps_;
};

/// One run: what goes in, and what came out.
struct command_run {
  std::shared_ptr<test::scripted_backend> server = std::make_shared<test::scripted_backend>();
  std::shared_ptr<sleepers_clock> time = std::make_shared<sleepers_clock>();
  std::stop_source stop;
  std::atomic<int> signal = 0;
  bool shows_progress = false;
  bool out_is_file = false;
  std::string err;

  command_run() : out_(::memfd_create("standard output", MFD_CLOEXEC)) {}
  command_run(const command_run&) = delete;
  command_run& operator=(const command_run&) = delete;
  ~command_run() { ::close(out_); }

  /// The exit status.
  int operator()(const command& what) { return on(out_, what); }
  /// With another standard output.
  int on(int out, const command& what) {
    const console with{.out = out,
                       .err = [this](std::string_view text) { err += text; },
                       .shows_progress = shows_progress,
                       .out_is_file = out_is_file,
                       .width = [] { return std::size_t{100}; },
                       .time = time,
                       .stop = stop.get_token()};
    return static_cast<int>(
        run_command(what, client(server, {.time = time}), with, [this] { return signal.load(); }));
  }
  /// What was written to standard output.
  [[nodiscard]] std::string out() const {
    std::string text(static_cast<std::size_t>(::lseek(out_, 0, SEEK_END)), '\0');
    const ssize_t count = ::pread(out_, text.data(), text.size(), 0);
    text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return text;
  }

 private:
  int out_;
};

/// {"id":{"S":"<id>"},"n":{"N":"<n>"}}
inline std::string simple_item(const std::string& id, int n) {
  return R"({"id":{"S":")" + id + R"("},"n":{"N":")" + std::to_string(n) + R"("}})";
}

/// DescribeTable's answer for a table with the key id (S) and email (S).
inline std::string users_description(std::uint64_t items, const std::string& more = "") {
  return R"({"Table":{"TableName":"users","TableStatus":"ACTIVE","TableArn":"arn:users",)"
         R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},)"
         R"({"AttributeName":"email","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id",)"
         R"("KeyType":"HASH"},{"AttributeName":"email","KeyType":"RANGE"}],"ItemCount":)" +
         std::to_string(items) + R"(,"TableSizeBytes":1500)" + more + "}}";
}

inline error failure_of(errc kind, std::string message) {
  error failure;
  failure.kind = kind;
  failure.message = std::move(message);
  return failure;
}

}  // namespace dynamo::cli
