#include "engine/store/compaction.hpp"
#include "engine/store/schema.hpp"
#include "engine/store/sqlite_database.hpp"

#include <mutex>

namespace dynamo::engine {
namespace store {
namespace {

// One connection, in turns: what is in memory takes microseconds, and nobody waits for a disk.
class memory_database final : public sqlite_database {
 public:
  explicit memory_database(const engine_options& options)
      : sqlite_database(open_memory(), options.time) {}

 private:
  void with_reader(const std::function<void(session&)>& work) override {
    const std::lock_guard lock(mutex_);
    work(writing());
  }
  void run_group(std::span<pending_write* const> group) noexcept override {
    const std::lock_guard lock(mutex_);
    commit_through(group);
  }
  bool rewrite(const std::stop_token& stop) override {
    const std::lock_guard lock(mutex_);
    return compact_memory(*writing().file, stop);
  }

  std::mutex mutex_;
};

}  // namespace
}  // namespace store

std::unique_ptr<database> database::in_memory(const engine_options& options) {
  return std::make_unique<store::memory_database>(options);
}

}  // namespace dynamo::engine
