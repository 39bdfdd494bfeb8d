#include "engine/store/compaction.hpp"
#include "engine/store/consistency.hpp"
#include "engine/store/exclusive_vfs.hpp"
#include "engine/store/schema.hpp"
#include "engine/store/sqlite_database.hpp"
#include "engine/store/write_ahead_log.hpp"

#include <dynamo/core/error.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace store {
namespace {

// Each reader has its own connection and sees the state committed when it began.
class file_database final : public sqlite_database {
 public:
  file_database(const std::string& path, const engine_options& options)
      : sqlite_database(open_writer(path, options.durable), options.time), path_(path) {
    log_.emplace(*writing().file, while_working);
    has_checksums_ = has_page_checksums(writing().file->handle());
  }
  // Opens the file read-only; records why.
  file_database(const std::string& path, const engine_options& options, std::string why_read_only)
      : sqlite_database(open_read_only(path), options.time),
        path_(path),
        why_read_only_(std::move(why_read_only)) {}

 private:
  void with_reader(const std::function<void(session&)>& work) override {
    std::unique_ptr<session> reader = take_reader();
    reader->file->prepare("BEGIN").run();
    struct end_of_transaction {
      file_database& home;
      std::unique_ptr<session>& reader;
      ~end_of_transaction() { home.recycle(std::move(reader)); }
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
    // A connection opened before the file got checksums does not check them.
    if (reader && has_checksums_ && !has_page_checksums(reader->file->handle())) reader.reset();
    if (!reader) reader = std::make_unique<session>(made_reader());
    refresh(*reader);
    return reader;
  }

  [[nodiscard]] std::unique_ptr<connection> made_reader() const {
    if (!log_) return open_read_only(path_);
    auto reader = open_reader(path_);
    log_->require_in_place("read");
    if (has_checksums_ && !has_page_checksums(reader->handle())) {
      throw damage(path_, SQLITE_CORRUPT);
    }
    return reader;
  }

  void recycle(std::unique_ptr<session> reader) noexcept {
    constexpr std::size_t most_idle = 16;
    try {
      reader->file->prepare("ROLLBACK").run();
      const std::lock_guard lock(mutex_);
      if (idle_.size() < most_idle) idle_.push_back(std::move(reader));
      // NOLINTNEXTLINE(bugprone-empty-catch): closing the connection ends the transaction too
    } catch (const std::exception&) {
    }
  }

  void require_writable() {
    if (log_) return log_->require_in_place("write to");
    throw store_failure(
        fmt::format("cannot write to the database '{}', which is open read-only: opening it for "
                    "writing failed: {}; fix that, then open it again",
                    path_, why_read_only_),
        SQLITE_READONLY);
  }

  void run_group(std::span<pending_write* const> group) override {
    require_writable();
    log_->copy_if_due(commit_through(group).has_failed);
  }

  bool rewrite(const std::stop_token& stop) override {
    require_writable();
    if (!has_checksums_) require_agreement();
    // The new rows are in the WAL, as is the output of a failed compaction.
    log_->shrink_soon();
    try {
      if (!compact_file(*writing().file, stop)) {
        log_->copy_if_due(false);
        return false;
      }
    } catch (...) {
      log_->copy_if_due(false);
      throw;
    }
    log_->shrink();
    settle_checksums(*writing().file);
    has_checksums_ = has_page_checksums(writing().file->handle());
    return true;
  }

  // A compacted database looks intact: nothing would show later that rows were lost before.
  void require_agreement() {
    const std::vector<std::string> found = inconsistencies(writing());
    if (found.empty()) return;
    throw store_failure(
        fmt::format("the database '{}' was not compacted and is unchanged, because it is damaged: "
                    "{}{}; keep the file, and restore it from a backup",
                    path_, found.front(), found.size() > 1 ? ", and more" : ""),
        SQLITE_CORRUPT);
  }

  const std::string path_;
  const std::string why_read_only_;
  std::optional<write_ahead_log> log_;  // not set: read-only
  std::atomic<bool> has_checksums_ = false;
  std::mutex mutex_;
  std::vector<std::unique_ptr<session>> idle_;
};

// Whether a file that cannot be opened for writing may be readable.
bool may_be_readable(const store_failure& failure) {
  const int primary = failure.code() & 0xFF;
  return primary == SQLITE_READONLY || primary == SQLITE_FULL || primary == SQLITE_CANTOPEN ||
         failure.code() == SQLITE_IOERR_WRITE || failure.code() == SQLITE_IOERR_FSYNC;
}

std::unique_ptr<database> opened_to_read(const std::string& path, const engine_options& options,
                                         const store_failure& why) {
  try {
    return std::make_unique<file_database>(path, options, why.what());
  } catch (const store_failure&) {
    // For an existing file, this error says more than that it is not writable.
    if ((why.code() & 0xFF) == SQLITE_READONLY) throw;
    throw store_failure(why);
  }
}

std::unique_ptr<database> opened(const std::string& path, const engine_options& options) {
  try {
    return std::make_unique<file_database>(path, options);
  } catch (const store_failure& failure) {
    if (!may_be_readable(failure)) throw;
    return opened_to_read(path, options, failure);
  }
}

}  // namespace
}  // namespace store

result<std::unique_ptr<database>> database::open(const std::string& path,
                                                 const engine_options& options) {
  try {
    return store::opened(path, options);
  } catch (const store_failure& failure) {
    return error{.kind = errc::io, .message = failure.what()};
  } catch (...) {
    return detail::caught_error();
  }
}

}  // namespace dynamo::engine
