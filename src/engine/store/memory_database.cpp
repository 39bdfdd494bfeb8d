#include "engine/store/compaction.hpp"
#include "engine/store/schema.hpp"
#include "engine/store/sqlite_database.hpp"

#include <algorithm>
#include <mutex>

namespace dynamo::engine {
namespace store {
namespace {

// One connection, used in turns: operations in memory take microseconds and never wait for a disk.
class memory_database final : public sqlite_database {
 public:
  explicit memory_database(const engine_options& options)
      : sqlite_database(open_memory(), options.time) {}

 private:
  void with_reader(const std::function<void(session&)>& work) override {
    const std::lock_guard lock(mutex_);
    require_whole();
    work(writing());
  }
  void run_group(std::span<pending_write* const> group) override {
    const std::lock_guard lock(mutex_);
    const bool decided = std::ranges::all_of(group, &pending_write::decided);
    require_whole();
    keep_journal(!decided);
    whole_ = commit_through(group, decided ? undo::none : undo::each).is_whole;
  }
  bool rewrite(const std::stop_token& stop) override {
    const std::lock_guard lock(mutex_);
    require_whole();
    keep_journal(true);
    return compact_memory(*writing().file, stop);
  }

  void require_whole() const {
    if (whole_) return;
    throw store_failure(
        "the database in memory failed during a write and its contents may be wrong; create "
        "a new one");
  }
  // Copies of pages before their changes: a rollback needs them.
  void keep_journal(bool wanted) {
    if (journal_kept_ == wanted) return;
    writing().file->execute(wanted ? "PRAGMA journal_mode=MEMORY" : "PRAGMA journal_mode=OFF");
    journal_kept_ = wanted;
  }

  std::mutex mutex_;
  bool journal_kept_ = true;
  bool whole_ = true;
};

}  // namespace
}  // namespace store

std::unique_ptr<database> database::in_memory(const engine_options& options) {
  return std::make_unique<store::memory_database>(options);
}

}  // namespace dynamo::engine
