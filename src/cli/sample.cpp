#include "cli/commands.hpp"
#include "cli/sample_users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace dynamo::cli {
namespace {

constexpr unsigned writers = 4;
// Users per call: enough for a few requests, so that progress and stops are checked often.
constexpr std::uint64_t users_a_call = 100;

const key_schema& users_key() {
  static const key_schema key{.partition_key = {.name = "id"},
                              .sort_key = key_attribute{.name = "email"}};
  return key;
}

error refused(const std::string& table, std::string message) {
  error failure;
  failure.kind = errc::conflict;
  failure.table = table;
  failure.message = std::move(message);
  return failure;
}

// Creates the table if it does not exist and waits until it is active. Refuses a table with another
// key, and a table with items unless --force is given.
result<void> prepare(const sample_command& what, const client& db, const call_options& call) {
  auto described = db.try_describe_table(what.table, call);
  if (!described && described.error().kind == errc::not_found) {
    create_table_request request;
    request.table = what.table;
    request.key = users_key();
    auto created = db.try_create_table(request, call);
    if (!created) return std::move(created).error();
    auto active = db.try_wait_until_active(what.table, std::chrono::minutes(10), call);
    if (!active) return std::move(active).error();
    return {};
  }
  if (!described) return std::move(described).error();
  if (described->key != users_key()) {
    return refused(what.table,
                   "its key is not id (S) and email (S), the key of sample users; choose another "
                   "table");
  }
  auto active = db.try_wait_until_active(what.table, std::chrono::minutes(10), call);
  if (!active) return std::move(active).error();
  if (what.force) return {};
  // The item count of the description is hours old, so read one item.
  scan_request first;
  first.table = what.table;
  first.limit = 1;
  auto found = db.try_scan(first, call);
  if (!found) return std::move(found).error();
  if (found->count == 0) return {};
  return refused(what.table,
                 "it already has items; --force adds users and overwrites existing ones");
}

// Writes the users with several concurrent requests.
class user_writer {
 public:
  user_writer(const sample_command& what, const client& db, const std::stop_token& stop)
      : what_(what), db_(db), on_stop_(stop, [this] { stop_.request_stop(); }) {}

  result<void> run() {
    std::vector<std::jthread> threads;
    threads.reserve(writers);
    for (unsigned i = 0; i < writers; ++i) threads.emplace_back([this] { write_users(); });
    threads.clear();
    if (failure_) return *failure_;
    return {};
  }

  [[nodiscard]] std::uint64_t written() const { return written_; }

 private:
  void write_users() {
    for (;;) {
      const std::uint64_t begin = next_.fetch_add(users_a_call);
      if (begin >= what_.items || stop_.stop_requested()) return stopped();
      const std::uint64_t end = std::min(what_.items, begin + users_a_call);
      std::vector<write_request> writes;
      writes.reserve(end - begin);
      for (std::uint64_t index = begin; index < end; ++index) {
        writes.emplace_back(
            put_request{what_.table, encoded_item::from_json(sample_user_json(what_.seed, index))});
      }
      std::size_t counted = 0;
      auto done = db_.try_batch_write(writes, {.stop = stop_.get_token(), .deadline = {}},
                                      [&](std::size_t so_far) {
                                        written_ += so_far - counted;
                                        counted = so_far;
                                      });
      if (!done) return fail(std::move(done).error());
    }
  }

  void stopped() {
    if (!stop_.stop_requested()) return;
    error reason;
    reason.kind = errc::cancelled;
    reason.table = what_.table;
    reason.message = "writing was cancelled";
    fail(std::move(reason));
  }

  // Keeps the first error and stops the other threads.
  void fail(error reason) {
    {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::move(reason);
    }
    stop_.request_stop();
  }

  const sample_command& what_;
  const client& db_;
  std::stop_source stop_;
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<std::uint64_t> written_ = 0;
  std::mutex mutex_;
  std::optional<error> failure_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace

result<void> run(const sample_command& what, const client& db, const console& on) {
  if (auto ready = prepare(what, db, {.stop = on.stop, .deadline = {}}); !ready) return ready;
  user_writer writer(what, db, on.stop);
  progress_display display(on, [&] {
    return progress_counts{
        .items = writer.written(), .done = writer.written(), .expected = what.items};
  });
  auto written = writer.run();
  if (!written) {
    error failure = std::move(written).error();
    failure.message += fmt::format("; {} of {} users were written", grouped(writer.written()),
                                   grouped(what.items));
    return failure;
  }
  display.finish();
  return {};
}

}  // namespace dynamo::cli
