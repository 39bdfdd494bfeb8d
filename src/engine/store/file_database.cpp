#include "engine/store/compaction.hpp"
#include "engine/store/schema.hpp"
#include "engine/store/sqlite_database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <mutex>
#include <vector>

namespace dynamo::engine {
namespace store {
namespace {

// In pages of 16 KiB. From the first on, what is committed is copied into the file; from the second
// on, readers are waited for, so that the WAL can begin again.
constexpr int pages_to_copy = 4'000;
constexpr int pages_to_restart = 16'000;

// Readers have connections of their own, and see what was committed when they began.
class file_database final : public sqlite_database {
 public:
  file_database(const std::string& path, const engine_options& options)
      : sqlite_database(open_writer(path, options.durable), options.time), path_(path) {
    sqlite3_wal_hook(
        writing().file->handle(),
        [](void* self, sqlite3*, const char*, int pages) {
          static_cast<file_database*>(self)->wal_pages_ = pages;
          return SQLITE_OK;
        },
        this);
  }

 private:
  void with_reader(const std::function<void(session&)>& work) override {
    std::unique_ptr<session> reader = take_reader();
    reader->file->prepare("BEGIN").run();
    struct end_of_transaction {
      file_database& home;
      std::unique_ptr<session>& reader;
      ~end_of_transaction() { home.give_back(std::move(reader)); }
    } const end{*this, reader};
    work(*reader);
  }

  std::unique_ptr<session> take_reader() {
    std::unique_ptr<session> reader;
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        reader = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (!reader) reader = std::make_unique<session>(open_reader(path_));
    refresh(*reader);
    return reader;
  }

  void give_back(std::unique_ptr<session> reader) noexcept {
    constexpr std::size_t most_idle = 16;
    try {
      reader->file->prepare("ROLLBACK").run();
    } catch (const store_failure&) {
      return;  // one that cannot end its transaction ends with it
    }
    const std::lock_guard lock(mutex_);
    if (idle_.size() < most_idle) idle_.push_back(std::move(reader));
  }

  void run_group(std::span<pending_write* const> group) noexcept override {
    commit_through(group);
    if (shrink_due_ || wal_pages_ >= pages_to_copy) copy_wal();
  }

  bool rewrite(const std::stop_token& stop) override {
    // The new rows are in the WAL. What a compaction that failed has written is there too.
    shrink_due_ = true;
    try {
      if (!compact_file(*writing().file, stop)) {
        copy_wal();
        return false;
      }
    } catch (...) {
      copy_wal();
      throw;
    }
    // Writers wait meanwhile. For a reader who stays longer, a later commit does it.
    constexpr int patience = 1'000;
    const int code = copy_all(SQLITE_CHECKPOINT_TRUNCATE, patience);
    if (code == SQLITE_OK) {
      began_again();
    } else if ((code & 0xFF) != SQLITE_BUSY) {
      throw store_failure(
          fmt::format(
              "the database '{}' is compacted, but its file could not take that from its log "
              "yet: {} (SQLite {}); the next write tries again",
              path_, sqlite3_errstr(code), code),
          code);
    }
    return true;
  }

  // What fails here concerns nobody's write: it is in the WAL, durably, and the next commit tries
  // again.
  void copy_wal() {
    const bool restart = wal_pages_ >= restart_at_;
    if (!restart && !shrink_due_) {
      copy_all(SQLITE_CHECKPOINT_PASSIVE, 0);
      return;
    }
    // Readers read a page and go. For one who stays longer nobody waits: the WAL grows meanwhile.
    const int patience = restart ? 100 : 0;
    const int code =
        copy_all(shrink_due_ ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_RESTART, patience);
    if (code == SQLITE_OK) {
      began_again();
    } else if (restart) {
      restart_at_ = wal_pages_ + pages_to_restart;
    }
  }

  void began_again() noexcept {
    shrink_due_ = false;
    restart_at_ = pages_to_restart;
  }

  int copy_all(int mode, int patience) {
    sqlite3* const file = writing().file->handle();
    sqlite3_busy_timeout(file, patience);
    const int code = sqlite3_wal_checkpoint_v2(file, "main", mode, nullptr, nullptr);
    sqlite3_busy_timeout(file, while_working);
    return code;
  }

  const std::string path_;
  int wal_pages_ = 0;  // of the last commit; of the one that leads
  int restart_at_ = pages_to_restart;
  bool shrink_due_ = false;  // behind a compaction: the file and the WAL are to give room back
  std::mutex mutex_;
  std::vector<std::unique_ptr<session>> idle_;
};

}  // namespace
}  // namespace store

result<std::unique_ptr<database>> database::open(const std::string& path,
                                                 const engine_options& options) {
  try {
    return std::unique_ptr<database>(std::make_unique<store::file_database>(path, options));
  } catch (const store_failure& failure) {
    return error{.kind = errc::io, .message = failure.what()};
  }
}

}  // namespace dynamo::engine
